"""The AI's floor: looks, thinks and speaks; knows nothing of sockets, mail or pages."""

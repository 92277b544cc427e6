"""The two sockets: visitors and operators."""

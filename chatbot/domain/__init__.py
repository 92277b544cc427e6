"""What people do: the rules of conversations, handoff, access and knowledge."""

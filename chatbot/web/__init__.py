"""HTTP and WebSockets: the only floor that serves."""

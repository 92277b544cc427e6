"""Jobs, timers and loops that go on without anybody looking."""

"""The queue engine: pure, deterministic, without I/O."""

//! Stage 2: one thread, which asks the system who is ready.

//! Stage 1: two threads for each connection.

//! # Testing and TDD

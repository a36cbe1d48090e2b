//! # Exercises for lesson 7: testing and TDD

//! A reading list, kept in SQLite or PostgreSQL.

fn main() {}

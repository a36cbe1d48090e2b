//! Moves every table of one database into another, or nothing.

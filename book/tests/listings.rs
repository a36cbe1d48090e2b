//! Placeholder: every include resolves.

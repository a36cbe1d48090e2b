//! What is new on a site: RSS, Atom and JSON Feed.

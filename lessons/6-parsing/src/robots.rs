//! What a site asks robots to leave alone: RFC 9309.

//! From bytes to text, and from text to tags, links and text, in one pass.

//! Days as people and machines write them, in the languages of the web.

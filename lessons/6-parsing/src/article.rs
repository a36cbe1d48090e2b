//! Title, date, author and language of any page, each with its evidence.

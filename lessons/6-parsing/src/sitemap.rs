//! What is on a site: sitemaps and their indexes.

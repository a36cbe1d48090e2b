//! The many names that `<meta>` elements have for a date.

use super::super::words::Says;
use super::super::{Evidence, Page};
use super::Witness;
use crate::dates;

/// Names for the day of publication that mean nothing else.
const CERTAIN: [&str; 12] = [
    "article:published_time",
    "article:published",
    "og:published_time",
    "og:article:published_time",
    "og:pubdate",
    "og:publish_date",
    "datepublished",
    "rnews:datepublished",
    "shareaholic:article_published_time",
    "article:publish_time",
    "vr:published_time",
    "mediator_published_time",
];

/// Names for it in systems of publishers and libraries.
const USUAL: [&str; 56] = [
    "pubdate",
    "pub_date",
    "pub-date",
    "publishdate",
    "publish_date",
    "publish-date",
    "published_date",
    "published-date",
    "publication_date",
    "publication-date",
    "publicationdate",
    "published",
    "published_at",
    "date_published",
    "date-published",
    "publish_time",
    "publishtime",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "cxenseparse:recs:articlepublishtime",
    "bt:pubdate",
    "article.published",
    "article_date_original",
    "article:post_date",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "dc.date.issued",
    "dc.date.published",
    "dcterms.issued",
    "dcterms.available",
    "prism.publicationdate",
    "ptime",
    "pdate",
    "displaydate",
    "originalpublicationdate",
    "rbpubdate",
    "dcsext.articlefirstpublished",
    "weibo:article:create_at",
    "weibo: article:create_at",
    "release_date",
    "releasedate",
    "iso-8601-publish-date",
    "analyticsattributes.articledate",
    "content_create_date",
    "firstpublished",
    "first_published",
    "gsa_date",
    "article-publication-date",
    "article_published",
    "og:regdate",
    "eprints.datestamp",
    "bepress_citation_online_date",
    "article:published_date",
];

/// Names that some systems fill with the day the page was made, whatever that means there.
const VAGUE: [&str; 16] = [
    "dc.date",
    "dc:date",
    "dcterms.date",
    "date",
    "dc.date.created",
    "dcterms.created",
    "dc.created",
    "created",
    "created_at",
    "creation_date",
    "creationdate",
    "datecreated",
    "article:created",
    "article.created",
    "pagedate",
    "page_date",
];

/// Names for the day of the last change.
const CHANGED: [&str; 18] = [
    "article:modified_time",
    "article:modified",
    "article:updated_time",
    "og:updated_time",
    "og:modified_time",
    "datemodified",
    "dc.date.modified",
    "dcterms.modified",
    "dc.modified",
    "last-modified",
    "last_modified",
    "lastmodified",
    "lastmod",
    "modified",
    "updated",
    "revised",
    "article.updated",
    "lastupdated",
];

impl Page<'_, '_> {
    pub(super) fn ask_metas(&self, witnesses: &mut Vec<Witness>) {
        for meta in &self.parts.metas {
            let name = &*meta.name;
            // Most names are none of these, and the first letters tell.
            let known = |names: &[&str]| names.contains(&name);
            let (weight, says) = if known(&CERTAIN) {
                (0.93, Says::Published)
            } else if known(&USUAL) {
                (0.88, Says::Published)
            } else if known(&VAGUE) {
                (0.72, Says::Published)
            } else if known(&CHANGED) {
                (0.9, Says::Modified)
            } else {
                continue;
            };
            let found = dates::expected(meta.content.trim(), self.order)
                .into_iter()
                .next();
            let (date, other) = match found {
                Some(found) => (found.date, found.other),
                None => match dates::read(&meta.content, self.order) {
                    Some(date) => (date, None),
                    None => continue,
                },
            };
            witnesses.push(Witness {
                date,
                other,
                evidence: Evidence::Meta,
                place: name.to_owned(),
                weight,
                says,
            });
        }
    }
}

//! Which query parameters say where a reader came from, and not which page is meant.

/// Parameters that advertising, mail and statistics programs add to links, by the one who adds them.
///
/// A name is on the list if no page is known that depends on it. So `ref`, `source`, `sid` and `cid`
/// are not: some sites use them for a version, a branch or a category.
#[rustfmt::skip]
pub const TRACKING: &[&str] = &[
    // Google: Analytics, Ads, Search
    "utm_*", "_ga", "_gl", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid",
    "srsltid",
    // Meta
    "fbclid", "igsh", "igshid",
    // Microsoft, Yandex, X, TikTok, LinkedIn, Pinterest, Snapchat, Reddit
    "msclkid", "yclid", "ysclid", "_openstat", "twclid", "ttclid", "li_fat_id", "epik", "sccid", "rdt_cid",
    // Mailchimp, HubSpot, Marketo, Olytics, Vero, Drip, Klaviyo
    "mc_cid", "mc_eid", "_hsenc", "_hsmi", "__hssc", "__hstc", "__hsfp", "hsctatracking", "mkt_tok",
    "oly_anon_id", "oly_enc_id", "vero_id", "vero_conv", "__s", "_kx",
    // Matomo, Piwik
    "mtm_*", "matomo_*", "pk_campaign", "pk_kwd", "pk_source", "pk_medium", "pk_content", "pk_cid",
    "piwik_*",
];

/// Returns whether a parameter (`name` or `name=value`, normalised) has a name on the list.
pub(super) fn is_tracking(parameter: &str, list: &[&str]) -> bool {
    let name = parameter.split('=').next().unwrap_or_default();
    list.iter().any(|entry| match entry.strip_suffix('*') {
        Some(start) => name
            .get(..start.len())
            .is_some_and(|beginning| beginning.eq_ignore_ascii_case(start)),
        None => name.eq_ignore_ascii_case(entry),
    })
}

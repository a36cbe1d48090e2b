//! https, where the feature `tls` is on: whom to trust, and what can be wrong with a certificate.

use std::error::Error as StdError;

use reqwest::blocking::ClientBuilder;

use crate::TlsProblem;

/// Whose signature on a certificate counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// Those whom this machine trusts.
    #[default]
    System,
    /// Only these certificates of issuers, in DER: for a company's own, and for tests.
    Only(Vec<Vec<u8>>),
}

// ANCHOR: provider
/// Chooses the cryptography for https. Without it every client would panic, even one for http alone.
#[cfg(feature = "tls")]
pub(crate) fn install_crypto() {
    // An error means that it was chosen before, which is just as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
// ANCHOR_END: provider

#[cfg(feature = "tls")]
pub(crate) fn trust(builder: ClientBuilder, trust: &Trust) -> Result<ClientBuilder, String> {
    match trust {
        Trust::System => Ok(builder),
        Trust::Only(issuers) => {
            let issuers: Result<Vec<_>, _> = issuers
                .iter()
                .map(|der| reqwest::Certificate::from_der(der))
                .collect();
            issuers
                .map(|issuers| builder.tls_certs_only(issuers))
                .map_err(|error| crate::error::root_cause(&error))
        }
    }
}

/// Makes do without any root certificate: http works, and https fails with the reason.
#[cfg(feature = "tls")]
pub(crate) fn trust_nobody(builder: ClientBuilder) -> ClientBuilder {
    builder.tls_certs_only([])
}

/// Says why https cannot work in this build, if it cannot.
#[cfg(feature = "tls")]
pub(crate) fn missing() -> Option<TlsProblem> {
    None
}

// ANCHOR: problem
/// Says what is wrong with a connection, when it is TLS that complains.
#[cfg(feature = "tls")]
pub(crate) fn problem(cause: &(dyn StdError + 'static)) -> Option<TlsProblem> {
    use rustls::CertificateError as Certificate;

    let error = cause.downcast_ref::<rustls::Error>()?;
    Some(match error {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                TlsProblem::WrongHost
            }
            Certificate::Expired | Certificate::ExpiredContext { .. } => TlsProblem::Expired,
            Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
                TlsProblem::NotYetValid
            }
            Certificate::UnknownIssuer => TlsProblem::UnknownIssuer,
            other => TlsProblem::Other(other.to_string()),
        },
        other => TlsProblem::Other(other.to_string()),
    })
}
// ANCHOR_END: problem

#[cfg(not(feature = "tls"))]
pub(crate) fn install_crypto() {}

#[cfg(not(feature = "tls"))]
pub(crate) fn trust(builder: ClientBuilder, _: &Trust) -> Result<ClientBuilder, String> {
    Ok(builder)
}

#[cfg(not(feature = "tls"))]
pub(crate) fn trust_nobody(builder: ClientBuilder) -> ClientBuilder {
    builder
}

#[cfg(not(feature = "tls"))]
pub(crate) fn missing() -> Option<TlsProblem> {
    Some(TlsProblem::NotBuiltIn)
}

#[cfg(not(feature = "tls"))]
pub(crate) fn problem(_: &(dyn StdError + 'static)) -> Option<TlsProblem> {
    None
}

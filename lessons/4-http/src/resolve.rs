//! From a name to an address, with a guard in between.
//!
//! A page may link to `http://192.168.0.1/reset`, and a name that looks public may lead to `127.0.0.1`.
//! A client that follows does what a stranger wrote, from inside. So the guard looks at addresses, and
//! it looks at them here, where the connection is made: a name that was checked a moment ago may have
//! another address now.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::Error;
use crate::address::is_public;

/// Whoever knows the addresses of names: the system, or in tests somebody who invents them.
pub trait LookUp: Send + Sync {
    /// Returns the addresses of a name.
    ///
    /// # Errors
    ///
    /// When there is none, or nobody can be asked.
    fn look_up(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// Asks the system, which asks its hosts file and its name servers.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookUp;

impl LookUp for SystemLookUp {
    fn look_up(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok((name, 0)
            .to_socket_addrs()?
            .map(|address| address.ip())
            .collect())
    }
}

/// Which addresses may be asked beside those of the public internet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Private {
    /// None: for a client that follows what strangers wrote.
    #[default]
    Refuse,
    /// Only these: a server of one's own, say, and not what stands beside it.
    Only(Vec<IpAddr>),
    /// All of them.
    Allow,
}

impl Private {
    fn lets_through(&self, address: IpAddr) -> bool {
        is_public(address)
            || match self {
                Self::Refuse => false,
                Self::Only(known) => known.contains(&address),
                Self::Allow => true,
            }
    }
}

/// Looks names up and lets only those addresses through that may be asked.
pub(crate) struct Guard {
    pub(crate) look_up: Arc<dyn LookUp>,
    pub(crate) private: Private,
}

// ANCHOR: guard
impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (look_up, private) = (Arc::clone(&self.look_up), self.private.clone());
        let name = name.as_str().to_owned();
        Box::pin(async move {
            // Looking up blocks, and this runs on the only thread of the client's runtime.
            let found = tokio::task::spawn_blocking(move || look_up.look_up(&name))
                .await?
                .map_err(LookUpFailed)?;
            if found.is_empty() {
                return Err(LookUpFailed(io::ErrorKind::NotFound.into()).into());
            }
            let allowed: Vec<SocketAddr> = found
                .into_iter()
                .filter(|address| private.lets_through(*address))
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            if allowed.is_empty() {
                return Err(PrivateOnly.into());
            }
            // These, and no others, are what the client connects to.
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Refuses a host that is written as a private address: such a one is never looked up.
pub(crate) fn check_literal(url: &Url, private: &Private) -> Result<(), Error> {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(address) if !private.lets_through(address) => Err(Error::PrivateAddress {
            host: host.to_owned(),
        }),
        _ => Ok(()),
    }
}
// ANCHOR_END: guard

/// Every address of the name is private.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to this machine or a private network")]
pub(crate) struct PrivateOnly;

/// The name has no address.
#[derive(Debug, thiserror::Error)]
#[error("the name cannot be looked up: {0}")]
pub(crate) struct LookUpFailed(pub(crate) io::Error);

//! # A PostgreSQL for a lesson or a test, and nothing left of it afterwards
//!
//! [`Sandbox::start`] uses the server that `DATABASE_URL` names, where that is set. Otherwise it
//! starts a private one from the installed programs, in a temporary folder, on a Unix socket that
//! nobody else can reach. [`Sandbox::fresh_database`] makes an empty database there and drops it
//! again.
//!
//! A private server ends with the process that started it, however that ends: a supervisor, a shell
//! of five lines, waits on a pipe that the process holds. When the process returns, panics, is
//! interrupted or killed, the system closes the pipe, and the supervisor stops the server and removes
//! the folder. A server that was not started here is never stopped.
//!
//! Read in this order: [`Sandbox`], `programs` (where the installed programs are), `owner` (the user
//! that the server runs as: PostgreSQL refuses root), `template` (a cluster that is made once and
//! copied), `server` (start, supervise, stop), `url`.
//!
//! ```no_run
//! let sandbox = postgres_sandbox::Sandbox::start()?;
//! let database = sandbox.fresh_database()?;
//! println!("connect to {}", database.url());
//! # Ok::<(), postgres_sandbox::Error>(())
//! ```

mod error;
mod programs;
mod owner;
mod template;
mod server;
mod url;

use std::env;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use postgres::{Client, NoTls};

pub use crate::error::Error;
use crate::server::Server;

/// A PostgreSQL server to work with: a given one, or a private one that ends with this value.
#[derive(Debug)]
pub struct Sandbox {
    url: String,
    /// `None` when the server is not ours.
    server: Option<Server>,
}

impl Sandbox {
    /// Takes the server of `DATABASE_URL`, or starts a private one.
    ///
    /// The first start on a machine makes a cluster, which takes a second or two; later ones copy it
    /// and are ready in well under a second. Any number may run at once.
    ///
    /// # Errors
    ///
    /// [`Error::Skipped`] when `COURSE_SKIP` names `postgres`, [`Error::Missing`] when PostgreSQL is not
    /// installed, and whatever else keeps a server from starting.
    pub fn start() -> Result<Self, Error> {
        let skipped = env::var("COURSE_SKIP").unwrap_or_default();
        if skipped.split(',').any(|word| word.trim() == "postgres") {
            return Err(Error::Skipped);
        }
        match env::var("DATABASE_URL") {
            Ok(url) if !url.is_empty() => Self::given(&url),
            _ => Self::private(),
        }
    }

    /// Takes a server that runs already, after a look whether it answers.
    ///
    /// # Errors
    ///
    /// [`Error::Url`] when the address is not one of PostgreSQL, [`Error::Connect`] when nobody answers.
    pub fn given(url: &str) -> Result<Self, Error> {
        if !url::is_postgres(url) {
            return Err(Error::Url);
        }
        let sandbox = Self {
            url: url.to_owned(),
            server: None,
        };
        sandbox.connect()?;
        Ok(sandbox)
    }

    /// Starts a private server, whatever `DATABASE_URL` says.
    ///
    /// # Errors
    ///
    /// As [`Sandbox::start`].
    pub fn private() -> Result<Self, Error> {
        let server = Server::start(&programs::find()?)?;
        Ok(Self {
            url: server.url(),
            server: Some(server),
        })
    }

    /// Returns the one sandbox of this test process, started at the first call; `None` when
    /// `COURSE_SKIP` names `postgres`, which is said aloud on standard error.
    ///
    /// # Panics
    ///
    /// When no server can be had: a test that needs one fails, and says what to do.
    pub fn for_tests() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Sandbox>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| match Self::start() {
            Ok(sandbox) => Some(sandbox),
            Err(Error::Skipped) => None,
            #[allow(clippy::panic, reason = "a test has no other way to fail")]
            Err(error) => panic!("{}", error.with_causes()),
        });
        if shared.is_none() {
            #[allow(clippy::print_stderr, reason = "a skipped test says so")]
            {
                eprintln!("SKIPPED: COURSE_SKIP names postgres, so nothing was tested here");
            }
        }
        shared.as_ref()
    }

    /// Returns the address of the server's first database, for example
    /// `postgres://postgres@%2Ftmp%2Fspindle-postgres-Xy/postgres`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether the server was started here and ends with this value.
    pub fn is_private(&self) -> bool {
        self.server.is_some()
    }

    /// Returns the process number of a private server.
    pub fn server_id(&self) -> Option<u32> {
        self.server.as_ref().map(Server::id)
    }

    /// Makes an empty database, in UTF-8, that is dropped with the value that is returned.
    ///
    /// # Errors
    ///
    /// [`Error::Create`], for example because the role of `DATABASE_URL` may not create databases.
    pub fn fresh_database(&self) -> Result<Database, Error> {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // The process number keeps tests apart that share the server of DATABASE_URL.
        let name = format!("spindle_{}_{number}", std::process::id());
        self.connect()?
            .batch_execute(&format!(
                "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"
            ))
            .map_err(|source| Error::Create {
                name: name.clone(),
                source,
            })?;
        Ok(Database {
            url: url::with_database(&self.url, &name),
            server: self.url.clone(),
            name,
        })
    }

    fn connect(&self) -> Result<Client, Error> {
        connect(&self.url)
    }
}

/// An empty database for one test or one part of a tour. Dropping it drops it on the server too, with
/// whoever is still connected.
#[derive(Debug)]
pub struct Database {
    url: String,
    /// The address of the server's first database: one cannot drop a database from inside.
    server: String,
    name: String,
}

impl Database {
    /// Returns its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns its name on the server.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A server that is gone took the database along, and a drop has nobody to complain to.
        if let Ok(mut client) = connect(&self.server) {
            let _ = client.batch_execute(&format!(
                "DROP DATABASE IF EXISTS {} WITH (FORCE)",
                self.name
            ));
        }
    }
}

fn connect(url: &str) -> Result<Client, Error> {
    let connect = |source| Error::Connect {
        place: url::without_password(url),
        source,
    };
    Client::connect(url, NoTls).map_err(connect)
}

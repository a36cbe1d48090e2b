//! https, against a server whose certificates are made here.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use http_client::tls::Trust;
use http_client::{Advice, Client, Config, Error, TlsProblem};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::common::{Names, answer, client, config, read_request};

/// Somebody who signs certificates.
struct Authority {
    certificate: CertificateDer<'static>,
    /// The same as text, as systems keep it.
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn named(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names are fine");
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        Self {
            certificate: certificate.der().clone(),
            pem: certificate.pem(),
            issuer: Issuer::new(params, key),
        }
    }

    /// Signs a certificate for a name, valid for these years.
    fn signs(&self, name: &str, from: i32, to: i32) -> Arc<ServerConfig> {
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(to, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring knows them")
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(key.serialize_der().into()),
            )
            .expect("the key fits");
        Arc::new(config)
    }
}

/// Answers one client over TLS; returns what it asked, or why the handshake failed.
fn serve(config: Arc<ServerConfig>, answer: String) -> (u16, JoinHandle<std::io::Result<String>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let thread = thread::spawn(move || {
        let (stream, _) = listener.accept()?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
        let mut stream: StreamOwned<ServerConnection, TcpStream> =
            StreamOwned::new(connection, stream);
        let request = read_request(&mut stream)?;
        stream.write_all(answer.as_bytes())?;
        stream.conn.send_close_notify();
        stream.flush()?;
        Ok(request)
    });
    (port, thread)
}

fn trusting(authority: &Authority) -> Client {
    let trust = Trust::Only(vec![authority.certificate.to_vec()]);
    let look_up = Names::lead_to([&[IpAddr::V4(Ipv4Addr::LOCALHOST)]]);
    Client::new(Config {
        trust,
        look_up,
        ..config()
    })
    .expect("a client")
}

/// Asks `https://tide.test` and expects to be refused for this reason, before any request was sent.
fn refused(client: &Client, config: Arc<ServerConfig>, expected: TlsProblem) {
    let (port, server) = serve(config, answer("200 OK", "secret"));

    let error = client
        .get(format!("https://tide.test:{port}/"))
        .send()
        .unwrap_err();

    let Error::Tls { problem, host } = &error else {
        panic!("{error:?}");
    };
    assert_eq!((problem, host), (&expected, &format!("tide.test:{port}")));
    assert_eq!(error.advice(), Advice::TellUser);
    let heard = server.join().expect("the server ends");
    assert!(heard.is_err(), "a request was sent all the same: {heard:?}");
}

#[test]
fn a_good_certificate_is_accepted() {
    let authority = Authority::named("known");
    let good = authority.signs("tide.test", 2020, 4000);
    let (port, server) = serve(good, answer("200 OK", "safe"));

    let body = trusting(&authority)
        .get(format!("https://tide.test:{port}/a"))
        .fetch();

    assert_eq!(body.unwrap(), b"safe");
    assert!(server.join().unwrap().unwrap().starts_with("GET /a "));
}

#[test]
fn a_certificate_for_another_host_is_refused() {
    let authority = Authority::named("known");
    let other = authority.signs("other.test", 2020, 4000);

    refused(&trusting(&authority), other, TlsProblem::WrongHost);
}

#[test]
fn a_certificate_that_has_expired_is_refused() {
    let authority = Authority::named("known");
    let old = authority.signs("tide.test", 2000, 2001);

    refused(&trusting(&authority), old, TlsProblem::Expired);
}

#[test]
fn a_certificate_that_is_not_valid_yet_is_refused() {
    let authority = Authority::named("known");
    let early = authority.signs("tide.test", 3999, 4000);

    refused(&trusting(&authority), early, TlsProblem::NotYetValid);
}

#[test]
fn a_certificate_from_somebody_unknown_is_refused() {
    let (authority, stranger) = (Authority::named("known"), Authority::named("stranger"));
    let unknown = stranger.signs("tide.test", 2020, 4000);

    refused(&trusting(&authority), unknown, TlsProblem::UnknownIssuer);
}

#[test]
fn a_server_that_speaks_no_tls_is_refused() {
    // It answers in plain text as soon as it is connected to, as a server on the wrong port does.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let plain = format!(
        "https://127.0.0.1:{}/",
        listener.local_addr().unwrap().port()
    );
    let thread = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });

    let error = client().get(plain).send().unwrap_err();

    assert!(
        matches!(
            &error,
            Error::Tls {
                problem: TlsProblem::Other(_),
                ..
            }
        ),
        "{error:?}"
    );
    thread.join().unwrap();
}

#[test]
fn a_redirect_from_https_to_http_is_refused() {
    let authority = Authority::named("known");
    let good = authority.signs("tide.test", 2020, 4000);
    let down = answer("302 Found\r\nLocation: http://tide.test/", "");
    let (port, server) = serve(good, down);

    let error = trusting(&authority)
        .get(format!("https://tide.test:{port}/"))
        .send()
        .unwrap_err();

    assert!(matches!(error, Error::Downgrade(_)), "{error:?}");
    server.join().unwrap().unwrap();
}

#[test]
fn a_certificate_to_trust_that_is_none_is_an_error() {
    let trust = Trust::Only(vec![b"no certificate".to_vec()]);

    let client = Client::new(Config { trust, ..config() });

    assert!(matches!(client, Err(Error::Client(_))), "{client:?}");
}

/// Linux alone reads the machine's certificates from a file that a variable can name.
#[cfg(target_os = "linux")]
#[test]
fn get_asks_a_site_by_https_with_the_certificates_of_the_machine() {
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("trusted.pem");
    let (authority, stranger) = (Authority::named("known"), Authority::named("stranger"));
    std::fs::write(&trusted, &authority.pem).unwrap();
    let get = |by: &Authority| {
        let good = by.signs("localhost", 2020, 4000);
        let (port, server) = serve(good, answer("200 OK", "safe and sound\n"));
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_lesson-4"))
            .args(["get", "--allow-private", &format!("localhost:{port}/")])
            .env("SSL_CERT_FILE", &trusted)
            .env("SSL_CERT_DIR", folder.path().join("none"))
            .output()
            .unwrap();
        let _ = server.join().unwrap(); // a refused one hears no request
        done
    };

    let safe = get(&authority);
    let unsafe_one = get(&stranger);

    let told = String::from_utf8_lossy(&safe.stderr);
    assert_eq!(safe.stdout, b"safe and sound\n", "{told}");
    assert!(told.contains("GET https://localhost"), "{told}");
    let told = String::from_utf8_lossy(&unsafe_one.stderr);
    assert_eq!(
        (unsafe_one.status.code(), unsafe_one.stdout),
        (Some(1), Vec::new())
    );
    assert!(
        told.contains("nobody whom this machine trusts has signed"),
        "{told}"
    );
}

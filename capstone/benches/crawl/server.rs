//! Who serves the site: nginx where it is installed and no latency is asked for, else a small server
//! of our own, in a process of its own.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::Result;

/// A server that runs until it is dropped.
pub struct Server {
    child: Child,
    /// Where it is.
    pub url: String,
    /// What it is.
    pub name: &'static str,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts nginx over a folder, with or without gzip; `None` where it is not installed.
pub fn nginx(site: &Path, work: &Path, gzip: bool) -> Result<Option<Server>> {
    let Some(program) = [
        "/usr/sbin/nginx",
        "/usr/local/bin/nginx",
        "/opt/homebrew/bin/nginx",
    ]
    .iter()
    .find(|program| Path::new(program).is_file()) else {
        return Ok(None);
    };
    // nginx cannot pick a port itself; between our look and its start nobody else here takes this one.
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port();
    let gzip = if gzip { "on" } else { "off" };
    let (site, work) = (site.display(), work.display());
    // One process, so that killing it leaves nobody behind.
    let config = format!(
        "worker_processes 1; master_process off; daemon off; pid {work}/nginx.pid; error_log {work}/error.log;\n\
         events {{ worker_connections 1024; }}\n\
         http {{ access_log off; sendfile on; tcp_nodelay on; keepalive_requests 1000000; types {{ text/html html; text/plain txt; }}\n\
         client_body_temp_path {work}; proxy_temp_path {work}; fastcgi_temp_path {work}; uwsgi_temp_path {work}; scgi_temp_path {work};\n\
         server {{ listen 127.0.0.1:{port}; root {site}; charset utf-8; gzip {gzip}; gzip_comp_level 1; }} }}\n"
    );
    let file = PathBuf::from(work.to_string()).join("nginx.conf");
    fs::write(&file, config)?;
    let child = Command::new(program)
        .args(["-e", &format!("{work}/error.log"), "-c"])
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let server = Server {
        child,
        url: format!("http://127.0.0.1:{port}/"),
        name: "nginx",
    };
    let started = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if started.elapsed() > Duration::from_secs(10) {
            return Err(format!("nginx does not answer; see {work}/error.log").into());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(Some(server))
}

/// Starts this program again as a server that waits `latency` before each answer.
pub fn own(site: &Path, latency: Duration) -> Result<Server> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("serve")
        .arg(site)
        .arg(latency.as_millis().to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().ok_or("stdout is a pipe")?).read_line(&mut line)?;
    Ok(Server {
        child,
        url: line.trim().to_owned(),
        name: "a server of our own",
    })
}

/// The child's part: a thread for each connection, files from the folder, a pause before each answer.
pub fn serve(site: &Path, latency: Duration) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("http://{}/", listener.local_addr()?);
    for stream in listener.incoming() {
        let (stream, site) = (stream?, site.to_owned());
        thread::spawn(move || answer(&stream, &site, latency));
    }
    Ok(())
}

fn answer(stream: &TcpStream, site: &Path, latency: Duration) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut writer = stream;
    let mut lines = BufReader::new(stream).lines();
    while let Some(request) = lines.next() {
        let request = request?;
        // The head ends with an empty line.
        while lines
            .next()
            .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
        {}
        let path = request
            .split(' ')
            .nth(1)
            .unwrap_or("/")
            .trim_start_matches('/');
        let path = if path.is_empty() { "index.html" } else { path };
        thread::sleep(latency);
        let (status, body) = match fs::read(site.join(path)) {
            Ok(body) if !path.contains("..") => ("200 OK", body),
            _ => ("404 Not Found", Vec::new()),
        };
        let kind = if path.ends_with(".txt") {
            "text/plain"
        } else {
            "text/html; charset=utf-8"
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        writer.write_all(&[head.as_bytes(), &body].concat())?;
    }
    Ok(())
}

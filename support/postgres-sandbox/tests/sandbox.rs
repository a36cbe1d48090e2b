//! A private server is there when it is wanted, and nothing of it afterwards.
//!
//! Where the process has to end badly, it is this test program itself, started again for one test
//! and told by a variable to play the child.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};
use postgres_sandbox::{Error, Sandbox};

const PATIENCE: Duration = Duration::from_secs(30);
const ROLE: &str = "SPINDLE_TEST_CHILD";

#[test]
fn a_private_server_answers_and_leaves_nothing() {
    let Some(sandbox) = private() else { return };
    let folder = folder_of(sandbox.url());
    let server = sandbox.server_id().expect("it is private");

    let answer: i32 = connect(sandbox.url())
        .query_one("SELECT 6 * 7", &[])
        .expect("answered")
        .get(0);
    assert_eq!(answer, 42);
    assert!(folder.exists() && is_running(server));
    drop(sandbox);

    assert!(!folder.exists(), "{} is still there", folder.display());
    assert!(!is_running(server), "process {server} still runs");
}

#[test]
fn databases_are_apart_and_go_when_they_are_dropped() {
    let Some(sandbox) = private() else { return };
    let one = sandbox.fresh_database().expect("a database");
    let other = sandbox.fresh_database().expect("another");
    let mut connection = connect(one.url());
    connection
        .batch_execute("CREATE TABLE things (name TEXT)")
        .expect("created");

    assert!(connect(other.url()).query("TABLE things", &[]).is_err());
    drop(one);

    let gone = connection.query("TABLE things", &[]);
    assert!(gone.is_err(), "who was still connected is sent away");
    let left = databases(sandbox.url());
    assert_eq!(left, [other.name()]);
}

#[test]
fn several_servers_at_once_do_not_meet() {
    if private().is_none() {
        return;
    }
    let folders: Vec<PathBuf> = thread::scope(|scope| {
        let starting: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let sandbox = private().expect("it started before");
                    let database = sandbox.fresh_database().expect("a database");
                    assert_eq!(databases(sandbox.url()), [database.name()]);
                    folder_of(sandbox.url())
                })
            })
            .collect();
        let join = |one: thread::ScopedJoinHandle<'_, PathBuf>| one.join().expect("no panic");
        starting.into_iter().map(join).collect()
    });

    assert!(folders.iter().all(|folder| !folder.exists()), "{folders:?}");
}

#[test]
fn a_server_that_was_given_is_left_running() {
    let Some(theirs) = private() else { return };

    let sandbox = Sandbox::given(theirs.url()).expect("it answers");
    let database = sandbox.fresh_database().expect("a database");
    assert!(!sandbox.is_private());
    drop(database);
    drop(sandbox);

    assert_eq!(databases(theirs.url()), [""; 0]);
}

#[test]
fn a_server_that_does_not_answer_is_named_without_its_password() {
    let error = Sandbox::given("postgres://me:secret@127.0.0.1:1/x").expect_err("nobody is there");

    let text = error.with_causes();
    assert!(text.contains("me@127.0.0.1:1/x"), "{text}");
    assert!(!text.contains("secret"), "{text}");
    assert!(matches!(Sandbox::given("books.db"), Err(Error::Url)));
}

#[test]
fn a_kill_of_its_process_takes_the_server_along() {
    check_end("waits", |child| child.kill().expect("killed"));
}

#[test]
fn ctrl_c_takes_the_server_along() {
    check_end("waits", |child| {
        let sent = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(sent.is_ok_and(|status| status.success()));
    });
}

#[test]
fn a_panic_takes_the_server_along() {
    check_end("panics", |_| {});
}

#[test]
fn an_exit_without_any_drop_takes_the_server_along() {
    check_end("exits", |_| {});
}

#[test]
fn database_url_is_used_where_it_is_set_and_course_skip_does_without() {
    let Some(theirs) = private() else { return };

    let told = says(child("tells").env("DATABASE_URL", theirs.url()));
    let skips = says(child("tells").env("COURSE_SKIP", "browser, postgres"));

    assert_eq!(told, format!("url {}", theirs.url()));
    assert_eq!(
        skips,
        "error COURSE_SKIP names postgres, so no PostgreSQL is started"
    );
}

/// What the child does; for everybody else it is a test that has nothing to do.
#[test]
fn child_process() {
    let Ok(role) = env::var(ROLE) else { return };
    match Sandbox::start() {
        Err(error) => println!("\nerror {}", error.with_causes()),
        Ok(sandbox) => {
            println!("\nurl {}", sandbox.url());
            match role.as_str() {
                "tells" => {}
                "panics" => panic!("as the test wants it"),
                "exits" => std::process::exit(7),
                _ => thread::sleep(2 * PATIENCE),
            }
        }
    }
}

/// Starts a child with a server, ends it, and waits until nothing is left.
fn check_end(role: &str, end: impl FnOnce(&mut Child)) {
    if private().is_none() {
        return;
    }
    let mut child = child(role)
        .env_remove("DATABASE_URL")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("this program starts again");
    let output = BufReader::new(child.stdout.take().expect("it is piped"));
    let said = first_word(output);
    let folder = folder_of(said.strip_prefix("url ").unwrap_or(&said));

    end(&mut child);
    child.wait().expect("it ended");

    let started = Instant::now();
    while folder.exists() {
        assert!(
            started.elapsed() < PATIENCE,
            "{} is still there",
            folder.display()
        );
        thread::sleep(Duration::from_millis(10));
    }
}

fn child(role: &str) -> Command {
    let mut command = Command::new(env::current_exe().expect("this program has a path"));
    command
        .args(["--exact", "child_process", "--nocapture"])
        .env(ROLE, role);
    command
}

fn says(command: &mut Command) -> String {
    let output = command.output().expect("this program starts again");
    first_word(&output.stdout[..])
}

/// The line among those of the test harness that the child wrote.
fn first_word(output: impl BufRead) -> String {
    output
        .lines()
        .map_while(Result::ok)
        .find(|line| line.starts_with("url ") || line.starts_with("error "))
        .expect("the child says how it went")
}

/// A private server; `None` where PostgreSQL is to be done without.
#[allow(clippy::print_stderr, reason = "a skipped test says so")]
fn private() -> Option<Sandbox> {
    if env::var("COURSE_SKIP").is_ok_and(|skipped| skipped.contains("postgres")) {
        eprintln!("SKIPPED: COURSE_SKIP names postgres, so nothing was tested here");
        return None;
    }
    match Sandbox::private() {
        Ok(sandbox) => Some(sandbox),
        Err(error) => panic!("{}", error.with_causes()),
    }
}

fn connect(url: &str) -> Client {
    Client::connect(url, NoTls).expect("the server answers")
}

/// The names of the databases that a sandbox made.
fn databases(url: &str) -> Vec<String> {
    connect(url)
        .query(
            "SELECT datname FROM pg_database WHERE datname LIKE 'spindle%' ORDER BY 1",
            &[],
        )
        .expect("listed")
        .iter()
        .map(|row| row.get(0))
        .collect()
}

fn folder_of(url: &str) -> PathBuf {
    let host = url
        .strip_prefix("postgres://postgres@")
        .and_then(|rest| rest.strip_suffix("/postgres"))
        .expect("the address of a private server");
    PathBuf::from(host.replace("%2F", "/"))
}

/// Whether a process is there.
fn is_running(id: u32) -> bool {
    Command::new("kill")
        .args(["-0", &id.to_string()])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

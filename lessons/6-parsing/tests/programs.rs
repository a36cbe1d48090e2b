//! The programs for pipes, as a shell would use them: lines in, answers out, in order.

use std::fs;
use std::io::Cursor;
use std::sync::Mutex;

use serde_json::{Value, json};

#[path = "../examples/common/pipe.rs"]
#[allow(dead_code, reason = "the programs use all of it")]
mod pipe;

/// Pipes lines through an answer and returns the lines that come out.
fn piped(input: &[u8], answer: impl Fn(&str) -> anyhow::Result<Vec<Value>> + Sync) -> Vec<Value> {
    let mut output = Vec::new();
    pipe::answer_lines(Cursor::new(input.to_vec()), &mut output, answer)
        .expect("memory can be written");
    let text = String::from_utf8(output).expect("JSON is text");
    text.lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

#[test]
fn answers_come_in_the_order_of_the_lines_whoever_is_quicker() {
    let lines: String = (0..20_000).map(|n| format!("{n}\n")).collect();
    // The first line is answered last: it waits until others have been.
    let (sender, receiver) = std::sync::mpsc::channel();
    let (sender, receiver) = (Mutex::new(sender), Mutex::new(receiver));

    let answers = piped(lines.as_bytes(), |line| {
        if line == "0" {
            // With a single core nobody else is there to answer.
            if std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1) {
                receiver
                    .lock()
                    .expect("nobody panics")
                    .recv_timeout(std::time::Duration::from_secs(20))
                    .expect("another worker goes on meanwhile");
            }
        } else if line == "100" {
            sender
                .lock()
                .expect("nobody panics")
                .send(())
                .expect("the first line waits");
        }
        Ok(vec![json!(line)])
    });

    let expected: Vec<Value> = (0..20_000).map(|n| json!(n.to_string())).collect();
    assert!(answers == expected);
}

#[test]
fn a_bad_line_harms_only_itself() {
    let input = b"{\"id\":1}\n\n{\"id\":2,\"panic\":true}\n\xff\xfe\n{\"id\":3}";

    let answers = piped(input, |line| {
        let question: Value = serde_json::from_str(line)?;
        assert!(question["panic"].is_null(), "a bug");
        Ok(vec![json!({"id": question["id"]})])
    });

    assert_eq!(answers.len(), 4);
    assert_eq!(answers[0], json!({"id": 1}));
    assert_eq!(answers[1]["id"], 2);
    assert!(answers[1]["error"].is_string() && answers[2]["error"].is_string());
    assert_eq!(answers[3], json!({"id": 3}));
}

#[test]
fn a_path_that_leads_out_of_the_root_is_refused() {
    assert!(pipe::below("/a".as_ref(), "b/../../c").is_err());
    assert!(pipe::below("/a".as_ref(), "b/c").is_ok());
}

/// Runs an example as cargo built it beside this test.
fn run(program: &str, arguments: &[&str], input: &str) -> Vec<Value> {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut folder = std::env::current_exe().expect("a test knows where it is");
    folder.pop();
    folder.pop();
    let path = folder.join("examples").join(program);
    let mut child = Command::new(&path)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| {
            panic!(
                "{}: {error}; build it with: cargo build -p lesson-6 --examples",
                path.display()
            )
        });
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin
        .write_all(input.as_bytes())
        .expect("the program reads");
    drop(stdin);
    let output = child.wait_with_output().expect("the program ends");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("JSON is text");
    text.lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

#[test]
fn robots_answers_each_kind_of_question() {
    let folder = std::env::temp_dir().join(format!("lesson-6-robots-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("there is room");
    fs::write(
        folder.join("r.txt"),
        "User-agent: *\nDisallow: /no\nCrawl-delay: 2\nSitemap: http://a.b/s.xml\n",
    )
    .expect("there is room");
    let question = |id: u32, kind: &str, url: &str| {
        format!(
            "{{\"id\":{id},\"robots_path\":\"r.txt\",\"ua\":\"x\",\"url\":\"{url}\",\"kind\":\"{kind}\"}}\n"
        )
    };
    let input = question(1, "allow", "http://a.b/no/x")
        + &question(2, "allow", "http://a.b/yes")
        + &question(3, "delay", "")
        + &question(4, "sitemaps", "")
        + &question(5, "what", "")
        + "{\"id\":6,\"robots_b64\":\"RGlzYWxsb3c6IC8=\",\"ua\":\"x\",\"url\":\"/\",\"kind\":\"allow\"}\n";

    let answers = run("robots", &["--root", &folder.to_string_lossy()], &input);
    fs::remove_dir_all(&folder).expect("it is ours");

    assert_eq!(answers[0], json!({"id": 1, "got": false, "line": 2}));
    assert_eq!(answers[1], json!({"id": 2, "got": true, "line": null}));
    assert_eq!(answers[2], json!({"id": 3, "got": 2, "line": 3}));
    assert_eq!(
        answers[3],
        json!({"id": 4, "got": ["http://a.b/s.xml"], "line": null})
    );
    assert!(answers[4]["error"].is_string());
    assert_eq!(answers[5], json!({"id": 6, "got": true, "line": null}));
}

#[test]
fn feed_prints_the_entries_of_each_path() {
    let path = std::env::temp_dir().join(format!("lesson-6-feed-{}.xml", std::process::id()));
    fs::write(&path, "<rss><channel><item><title>One</title><link>http://a.b/1</link></item><item><title>Two</title></item></channel></rss>").expect("there is room");

    let answers = run("feed", &[], &format!("{}\nmissing.xml\n", path.display()));
    fs::remove_file(&path).expect("it is ours");

    assert_eq!(answers.len(), 3);
    assert_eq!(answers[0]["title"], "One");
    assert_eq!(answers[1]["title"], "Two");
    assert_eq!(answers[2]["id"], "missing.xml");
    assert!(answers[2]["error"].is_string());
}

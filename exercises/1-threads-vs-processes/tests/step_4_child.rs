//! # Step 4: a child process that answers, and the parent that asks
//!
//! **Task.** Fill in `src/child.rs`: `serve` is the child's half, `Helper` the parent's.
//!
//! **Hint.** Most programs that hang here wait for something that is still in somebody's buffer, or
//! for the end of a pipe that somebody still holds open. More with `just hint 1 child`.
//!
//! **Resources.** The chapter `book/src/1-threads-vs-processes.md`, "A process has to be told"; the
//! tour, `just lesson 1 handover`; `std::process::Command`, `BufRead::read_line`, `Write::flush`.

mod harness;

use std::cell::RefCell;
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::process::Command;
use std::rc::Rc;

use exercise_1::child::{Helper, serve};
use harness::{same, within};

/// The parent's end in a test without processes: it sends a request only after the answer to the one
/// before has really left the child.
struct Patient {
    requests: Vec<&'static str>,
    asked: usize,
    arrived: Rc<RefCell<Vec<u8>>>,
}

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let answers = self
            .arrived
            .borrow()
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        assert!(
            answers == self.asked,
            "\n\nThe parent has sent {} requests and got {answers} answers, and the child already reads again.\n\
             This parent waits for its answer, so both would wait for ever. Answer each line at once,\n\
             and `flush`: what is written may still lie in a buffer.\n",
            self.asked
        );
        let Some(request) = self.requests.get(self.asked) else {
            return Ok(0);
        };
        self.asked += 1;
        buffer[..request.len()].copy_from_slice(request.as_bytes());
        Ok(request.len())
    }
}

/// Holds what is written until it is flushed, as standard output does when it is a pipe in most
/// languages.
struct Held {
    buffer: Vec<u8>,
    arrived: Rc<RefCell<Vec<u8>>>,
}

impl Write for Held {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.arrived.borrow_mut().append(&mut self.buffer);
        Ok(())
    }
}

/// Lets `serve` answer these requests, and returns what came.
#[track_caller]
fn answers(requests: &[&'static str]) -> String {
    let requests = requests.to_vec();
    within(
        "The input has ended, so `serve` should return.",
        move || {
            let arrived = Rc::new(RefCell::new(Vec::new()));
            let input = Patient {
                requests,
                asked: 0,
                arrived: Rc::clone(&arrived),
            };
            let output = Held {
                buffer: Vec::new(),
                arrived: Rc::clone(&arrived),
            };
            serve(BufReader::new(input), output).expect("these streams never fail");
            String::from_utf8_lossy(&arrived.borrow()).into_owned()
        },
    )
}

#[test]
fn goal_1_the_child_answers_each_line_at_once() {
    let came = answers(&["sum 1 2 3\n", "sum 40 2\n", "sum -5 5 -7\n", "sum\n"]);

    same!(
        came,
        "= 6\n= 42\n= -7\n= 0\n",
        "One line for each request, in order."
    );
}

#[test]
fn goal_2_a_bad_request_gets_an_answer_and_the_child_goes_on() {
    let came = answers(&[
        "sum 1 two\n",
        "dance\n",
        "\n",
        "sum 9999999999999999999\n",
        "sum 1 1\n",
    ]);
    let lines: Vec<&str> = came.lines().collect();

    same!(
        lines.len(),
        5,
        "Five requests, so five answers. These came: {lines:?}"
    );
    same!(
        lines[0],
        "! two is not a number",
        "It should say which word was wrong."
    );
    same!(
        lines[1],
        "! I cannot dance",
        "It should say what it cannot do."
    );
    for line in &lines[2..4] {
        assert!(
            line.starts_with('!'),
            "\n\nAn empty line and a number that fits nowhere cannot be answered; the line should begin with `!`.\n\
             came: {line:?}\n"
        );
    }
    same!(
        lines[4],
        "= 2",
        "After all that the child is as good as new."
    );
}

/// Set for the child that goal 3 starts.
const CHILD: &str = "STEP_4_IS_THE_CHILD";

/// This very program, and in it the test that asks for it. Standard output carries what the test
/// runner prints, so the answers go to descriptor 3, which the shell makes of the parent's pipe.
fn this_program_as_a_child(test: &str) -> Command {
    let program = std::env::current_exe().expect("a running program has a path");
    // The test runner knows a test by its path without the name of the program.
    let test = match module_path!().split_once("::") {
        Some((_, modules)) => format!("{modules}::{test}"),
        None => test.to_owned(),
    };
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            "exec \"$0\" \"$1\" --exact --nocapture 3>&1 >/dev/null 2>&1",
        ])
        .arg(program)
        .arg(test)
        .env(CHILD, "yes");
    command
}

/// The child's half of goal 3.
fn be_the_child() {
    let answers: File = OpenOptions::new()
        .write(true)
        .open("/dev/fd/3")
        .expect("the shell opened it");

    serve(io::stdin().lock(), answers).expect("the parent holds the pipes");
}

#[test]
fn goal_3_parent_and_child_talk() {
    if std::env::var_os(CHILD).is_some() {
        return be_the_child();
    }
    let command = this_program_as_a_child("goal_3_parent_and_child_talk");

    let (answers, status) = within(
        "The parent asks and the child answers. If both wait: has the request left the parent (a line end,\n\
         a `flush`)? Has the answer left the child? And at the end: has the parent closed the pipe?",
        move || {
            let mut helper = Helper::start(command).expect("this very program can be started");
            let answers = ["sum 1 2 3", "dance", "sum 20 22"]
                .map(|request| helper.ask(request).expect("the child is there and answers"));
            (
                answers,
                helper
                    .finish()
                    .expect("the system can tell how a child ended"),
            )
        },
    );

    same!(
        answers,
        ["= 6", "! I cannot dance", "= 42"],
        "An answer is a line, without its line end."
    );
    assert!(
        status.success(),
        "\n\nThe child saw the end of its input and should have ended well: {status}\n"
    );
}

/// A child that is a few lines of shell.
fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

#[test]
fn goal_4_a_child_that_ends_without_an_answer_is_an_error() {
    let (first, second) = within(
        "The child ends after one answer, so nobody needs to wait.",
        || {
            let mut helper = Helper::start(shell("read line; echo '= 1'; read line; exit 0"))
                .expect("there is a shell");
            (helper.ask("sum 1"), helper.ask("sum 2"))
        },
    );

    same!(first.expect("this one was answered"), "= 1");
    match second {
        Ok(answer) => panic!(
            "\n\nThe child ended without an answer, and `ask` returned {answer:?}.\n\
             `read_line` returns 0 at the end of the pipe: that is no empty line.\n"
        ),
        Err(error) => same!(
            error.kind(),
            io::ErrorKind::UnexpectedEof,
            "It should say what happened."
        ),
    }
}

#[test]
fn goal_5_finish_closes_the_pipe_waits_and_tells_how_it_ended() {
    let status = within(
        "This child ends when its input does. It waits for you, and you wait for it.\n\
         The pipe into the child ends when its last writer is dropped.",
        || {
            let helper = Helper::start(shell("cat > /dev/null; exit 7")).expect("there is a shell");
            helper
                .finish()
                .expect("the system can tell how a child ended")
        },
    );

    same!(status.code(), Some(7), "The child ended with code 7.");
}

#[test]
fn goal_6_a_program_that_does_not_exist_cannot_be_started() {
    let started = Helper::start(Command::new("/there/is/no/such/program"));

    match started {
        Ok(_) => panic!("\n\nThere is no such program, and it was started.\n"),
        Err(error) => same!(error.kind(), io::ErrorKind::NotFound, "`spawn` says why."),
    }
}

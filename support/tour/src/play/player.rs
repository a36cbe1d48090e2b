//! Plays parts one by one: each on a thread of its own, under a limit.

use super::{Body, Console, Outcome, Part};
use crate::{
    Failure, Result, Stage,
    text::{Look, Style, printable},
};
use std::{
    any::Any,
    io,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

/// How a part ended.
pub(super) enum Ended {
    Well,
    Badly,
    Hung,
}

/// Plays parts, and is the only one who writes to the console.
pub(super) struct Player<'a> {
    pub console: Console<'a>,
    pub look: Look,
    pub lesson: u32,
    /// Whether the learner asked for one part, so that nothing else can be what disturbs it.
    pub alone: bool,
    /// Why nothing is written any more.
    pub end: Option<io::ErrorKind>,
}

impl Player<'_> {
    pub(super) fn say(&mut self, text: &str) {
        if self.end.is_some() {
            return;
        }
        let output = &mut self.console.output;
        if let Err(error) = output
            .write_all(text.as_bytes())
            .and_then(|()| output.flush())
        {
            self.end = Some(error.kind());
            // `| head` has read what it wanted: that is no trouble. A full disk is.
            if error.kind() != io::ErrorKind::BrokenPipe {
                self.complain(&format!("the tour's output cannot be written: {error}\n"));
            }
        }
    }

    pub(super) fn complain(&mut self, text: &str) {
        // When this fails too, nobody is left to be told.
        let _ = self.console.errors.write_all(text.as_bytes());
    }

    pub(super) fn outcome(&self, outcome: Outcome) -> Outcome {
        match self.end {
            None | Some(io::ErrorKind::BrokenPipe) => outcome,
            Some(_) => Outcome::Failed,
        }
    }

    pub(super) fn part(&mut self, number: usize, part: Part, predict: bool) -> Ended {
        let Part {
            name,
            title,
            claim,
            question,
            limit,
            run,
        } = part;
        let prediction = match &question {
            Some(question) if predict && self.console.interactive => {
                self.ask(number, &name, question)
            }
            _ => None,
        };
        let heading = self
            .look
            .paint(Style::Heading, &format!("== {number}. {title} =="));
        self.say(&(heading + "\n"));
        // The question comes before the claim, which would give the answer away.
        if let (Some(question), None) = (&question, &prediction) {
            let question = self.look.paragraph(" predict: ", question);
            self.say(&self.look.paint_lines(Style::Question, &question));
        }
        self.say(&(self.look.paragraph(" ", &claim) + "\n"));

        let ended = match self.perform(&name, run, limit) {
            Performance::Played(Ok(())) => {
                if let Some(prediction) = &prediction {
                    let reminder = self
                        .look
                        .paragraph("    you predicted: ", &printable(prediction));
                    self.say(&self.look.paint_lines(Style::Question, &reminder));
                }
                Ended::Well
            }
            Performance::Played(Err(error)) => {
                let advice = error.downcast_ref().map(Failure::advice);
                self.tell_failure(&name, &with_causes(&*error), advice);
                Ended::Badly
            }
            Performance::Panicked(message) => {
                self.tell_failure(&name, &format!("it panicked: {message}"), None);
                Ended::Badly
            }
            Performance::Hung => {
                let hung = format!(
                    "it did not end within {}. The tour ends here, since this part may still hold \
                     its threads and sockets",
                    crate::duration(limit)
                );
                self.tell_failure(&name, &hung, None);
                Ended::Hung
            }
        };
        self.say("\n");
        ended
    }

    /// Asks for a prediction, and returns it unless nothing was typed.
    fn ask(&mut self, number: usize, name: &str, question: &str) -> Option<String> {
        let heading = self
            .look
            .paint(Style::Heading, &format!("== {number}. {name} =="));
        let question = self.look.paragraph(" predict: ", question);
        let question = self.look.paint_lines(Style::Question, &question);
        self.say(&format!("{heading}\n{question} your answer> "));
        let mut answer = Vec::new();
        let read = self.console.input.read_until(b'\n', &mut answer);
        // After the end of the input nobody is there to be asked again.
        self.console.interactive = matches!(read, Ok(n) if n > 0);
        self.say(if self.console.interactive {
            "\n"
        } else {
            "\n\n"
        });
        let answer = String::from_utf8_lossy(&answer).trim().to_owned();
        (!answer.is_empty()).then_some(answer)
    }

    /// Runs a part's body on a thread of its own, and prints what it says.
    ///
    /// A thread, since one that hangs cannot be stopped from outside: the tour leaves it behind,
    /// says so, and ends the process by returning from `main`. It also catches a panic.
    fn perform(&mut self, name: &str, run: Body, limit: Duration) -> Performance {
        let (speech, heard) = mpsc::channel();
        let picture_name = format!("{}-{name}", self.lesson);
        let pictures = self.console.pictures.clone();
        let mut stage = Stage::new(speech, self.look, pictures, picture_name);
        let body = move || run(&mut stage);
        let name = printable(name).into_owned();
        let thread = match thread::Builder::new().name(name).spawn(body) {
            Ok(thread) => thread,
            Err(error) => return Performance::Played(Err(Box::new(error))),
        };
        let mut deadline = Instant::now() + limit;
        loop {
            match heard.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(text) => {
                    let before = Instant::now();
                    self.say(&text);
                    // While a pager holds our output up, the part is not to blame.
                    deadline += before.elapsed();
                    if Instant::now() > deadline {
                        return Performance::Hung;
                    }
                }
                // The stage is gone, so the body has returned or unwound: join does not wait.
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => return Performance::Hung,
            }
        }
        match thread.join() {
            Ok(result) => Performance::Played(result),
            Err(panic) => Performance::Panicked(panic_message(&*panic)),
        }
    }

    fn tell_failure(&mut self, name: &str, why: &str, advice: Option<&str>) {
        for (index, line) in format!("{name} failed: {why}").lines().enumerate() {
            let lead = if index == 0 { " !! " } else { "    " };
            let line = self.look.paragraph(lead, &printable(line));
            self.say(&self.look.paint_lines(Style::Trouble, &line));
        }
        let advice = if let Some(advice) = advice {
            advice.to_owned()
        } else if self.alone {
            "play it once more while nothing else keeps this machine busy; if it fails again, or \
             if you have just changed its code, the reason is the one above"
                .to_owned()
        } else {
            let (front, lesson) = (self.console.front, self.lesson);
            format!("play it alone with `{front} lesson {lesson} {name}`")
        };
        self.say(&self.look.paragraph("    what to do: ", &advice));
    }
}

enum Performance {
    Played(Result),
    Panicked(String),
    Hung,
}

/// An error and its sources, in one line.
fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_told = cause.to_string();
        // Some errors repeat their source in their own message.
        if !told.contains(&cause_told) {
            told = format!("{told}: {cause_told}");
        }
        source = cause.source();
    }
    told
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "without a message".to_owned())
}

//! A tour and its parts: what is played, in which order, and how it ends.

mod player;

use self::player::{Ended, Player};
use crate::{
    Result, Stage,
    text::{Look, Style, columns, nearest, pad, printable},
};
use std::{
    env, fmt,
    io::{self, BufRead, IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

/// After this long a part counts as hung, when it sets no [`Part::limit`].
const LIMIT: Duration = Duration::from_secs(60);
/// Text is easier to read in lines that are not longer.
const MAX_WIDTH: usize = 100;
const MIN_WIDTH: usize = 40;

/// A lesson's tour: parts that are played in order, or one that is asked for by its name.
#[derive(Debug)]
pub struct Tour {
    lesson: u32,
    title: String,
    chapter: Option<String>,
    also: Vec<(String, String)>,
    parts: Vec<Part>,
}

/// One part of a tour: a claim, and a body that shows the evidence.
pub struct Part {
    name: String,
    title: String,
    claim: String,
    question: Option<String>,
    limit: Duration,
    run: Body,
}

type Body = Box<dyn FnOnce(&mut Stage) -> Result + Send>;

/// How a tour ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every part that was asked for was played: exit code 0. So is a tour of which nobody reads
    /// the rest, as in `just lesson 3 | head`.
    Played,
    /// A part failed, panicked or hung: exit code 1.
    Failed,
    /// The arguments were not understood: exit code 2.
    Usage,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Played => Self::SUCCESS,
            Outcome::Failed => Self::FAILURE,
            Outcome::Usage => Self::from(2),
        }
    }
}

/// What a tour speaks to. [`Tour::play`] makes one of the process's streams and environment, a
/// test makes one by [`Console::new`].
pub struct Console<'a> {
    /// Where the tour speaks.
    pub output: &'a mut dyn Write,
    /// Where it complains about its arguments, and tells at the end what failed.
    pub errors: &'a mut dyn Write,
    /// Where predictions are read from.
    pub input: &'a mut dyn BufRead,
    /// How many columns a line may take.
    pub width: usize,
    /// Whether to use colour.
    pub colour: bool,
    /// Whether somebody is there to answer a question.
    pub interactive: bool,
    /// What the learner types before `lesson 3`, so that advice names what they know: `just`.
    pub front: &'static str,
    /// Folders for timelines as SVG; the first that can be written is used. None: none is written.
    pub pictures: Vec<PathBuf>,
}

impl Tour {
    /// Makes the tour of a lesson, without parts as yet.
    pub fn new(lesson: u32, title: impl Into<String>) -> Self {
        Self {
            lesson,
            title: title.into(),
            chapter: None,
            also: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// Adds a part; parts are played in the order in which they were added.
    pub fn part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// Names the file of the chapter, `book/src/3-sockets.md`, for the line at the end.
    pub fn chapter(mut self, path: impl Into<String>) -> Self {
        self.chapter = Some(path.into());
        self
    }

    /// Names a command that the lesson's `main` has beside its tour, for the list and the help:
    /// `get URL`, and what it does.
    pub fn also(mut self, usage: impl Into<String>, about: impl Into<String>) -> Self {
        self.also.push((usage.into(), about.into()));
        self
    }

    /// Plays by the process's arguments, `[PART…] [--list] [--predict]`, on its standard streams.
    ///
    /// This is for a `main` alone: it reads the arguments, the variables `COLUMNS`, `NO_COLOR`,
    /// `TERM` and `COURSE_FRONT` (by which command the learner came), and the working directory. Pictures go to `target/tour` of the workspace, or to the
    /// temporary folder where that cannot be written.
    pub fn play(self) -> ExitCode {
        let is_terminal = io::stdout().is_terminal();
        let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
        let columns = env::var("COLUMNS")
            .ok()
            .and_then(|columns| columns.parse().ok());
        let outcome = self.play_to(
            env::args_os()
                .skip(1)
                .map(|argument| argument.to_string_lossy().into_owned()),
            Console {
                output: &mut io::stdout(),
                errors: &mut io::stderr(),
                // Not locked: a part may read too.
                input: &mut io::BufReader::new(io::stdin()),
                width: columns.unwrap_or(80),
                colour: is_terminal
                    && !is_set("NO_COLOR")
                    && env::var_os("TERM").is_none_or(|term| term != "dumb"),
                interactive: is_terminal && io::stdin().is_terminal(),
                front: match env::var("COURSE_FRONT").as_deref() {
                    Ok("cargo") => "cargo",
                    _ => "just",
                },
                pictures: picture_folders(),
            },
        );
        outcome.into()
    }

    /// Plays by given arguments on a given console.
    pub fn play_to<A: AsRef<str>>(
        self,
        arguments: impl IntoIterator<Item = A>,
        console: Console<'_>,
    ) -> Outcome {
        let look = Look {
            width: console.width.clamp(MIN_WIDTH, MAX_WIDTH),
            colour: console.colour,
        };
        let mut player = Player {
            console,
            look,
            lesson: self.lesson,
            alone: false,
            end: None,
        };
        let front = player.console.front;
        match self.understand(arguments, front) {
            Ok(Request::Help) => player.say(&self.help(front)),
            Ok(Request::List) => player.say(&self.list(look)),
            Ok(Request::Play { chosen, predict }) => {
                return self.play_parts(chosen, predict, player);
            }
            Err(complaint) => {
                for line in complaint.lines() {
                    player.complain(&look.paragraph("", line));
                }
                return Outcome::Usage;
            }
        }
        player.outcome(Outcome::Played)
    }

    fn understand<A: AsRef<str>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        front: &str,
    ) -> std::result::Result<Request, String> {
        let (mut chosen, mut list, mut predict) = (Vec::new(), false, false);
        for argument in arguments {
            match argument.as_ref() {
                "--help" | "-h" => return Ok(Request::Help),
                "--list" => list = true,
                "--predict" => predict = true,
                option if option.starts_with('-') => {
                    let option = printable(option);
                    let help = self.help(front);
                    return Err(format!("there is no option `{option}`\n\n{help}"));
                }
                name => chosen.push(self.find(name)?),
            }
        }
        Ok(if list {
            Request::List
        } else {
            Request::Play { chosen, predict }
        })
    }

    /// Finds a part by its name, or by its number in the list.
    fn find(&self, name: &str) -> std::result::Result<usize, String> {
        let by_name = self.parts.iter().position(|part| part.name == name);
        let by_number = || name.parse::<usize>().ok()?.checked_sub(1);
        let by_number = || by_number().filter(|index| *index < self.parts.len());
        by_name.or_else(by_number).ok_or_else(|| {
            let names = self.parts.iter().map(|part| part.name.as_str());
            let meant = nearest(name, names.clone());
            let meant = meant.map_or(String::new(), |name| format!("; did you mean `{name}`?"));
            let names = names.collect::<Vec<_>>().join(", ");
            let (lesson, name) = (self.lesson, printable(name));
            format!("lesson {lesson} has no part `{name}`{meant}\nits parts are: {names}\n")
        })
    }

    fn help(&self, front: &str) -> String {
        let lesson = self.lesson;
        let also: String = self
            .also
            .iter()
            .map(|(usage, about)| format!("\n{front} lesson {lesson} {usage}\n\n {about}\n"))
            .collect();
        format!(
            "{front} lesson {lesson} [PART…] [--list] [--predict]\n\n \
             PART        plays only this part, by its name or number; without any, all parts\n \
             --list      lists the parts\n \
             --predict   asks you what you expect before it shows the evidence\n{also}"
        )
    }

    fn list(&self, look: Look) -> String {
        let name_columns = self
            .parts
            .iter()
            .map(|part| columns(&part.name))
            .max()
            .unwrap_or(0);
        let heading = format!("Lesson {}. {}", self.lesson, self.title);
        let mut list = look.paint(Style::Heading, &heading) + "\n";
        for (index, part) in self.parts.iter().enumerate() {
            let lead = format!(" {:>2}  {}  ", index + 1, pad(&part.name, name_columns));
            list.push_str(&look.paragraph(&lead, &part.title));
        }
        for (usage, about) in &self.also {
            list.push_str(&look.paragraph(&format!("  +  {usage}: "), about));
        }
        list
    }

    fn play_parts(self, chosen: Vec<usize>, predict: bool, mut player: Player<'_>) -> Outcome {
        let n_parts = self.parts.len();
        let last_chosen = chosen.last().copied();
        let names: Vec<String> = self.parts.iter().map(|part| part.name.clone()).collect();
        if chosen.is_empty() {
            let heading = format!("Lesson {}. {}", self.lesson, self.title);
            player.say(&(player.look.paint(Style::Heading, &heading) + "\n\n"));
        }
        player.alone = chosen.len() == 1;
        if predict && !player.console.interactive {
            player.complain("no terminal: not asking, the questions are only printed\n");
        }
        let mut failed: Vec<String> = Vec::new();
        for (index, part) in self.parts.into_iter().enumerate() {
            if !(chosen.is_empty() || chosen.contains(&index)) {
                continue;
            }
            let name = part.name.clone();
            match player.part(index + 1, part, predict) {
                Ended::Well => {}
                Ended::Badly => failed.push(name),
                Ended::Hung => {
                    failed.push(name);
                    break;
                }
            }
            if player.end.is_some() {
                break;
            }
        }

        let lesson = self.lesson;
        if failed.is_empty() {
            let next = last_chosen.and_then(|last| names.get(last + 1));
            let next = match next {
                Some(name) => format!("just lesson {lesson} {name}"),
                None => format!("just exercise {lesson}"),
            };
            let cargo = next.replacen("just", "cargo course", 1);
            let next = format!("{next}   (without just: {cargo})");
            player.say(&player.look.paragraph("Next: ", &next));
            if let Some(chapter) = &self.chapter {
                player.say(&format!("Read: {chapter}\n"));
            }
            player.outcome(Outcome::Played)
        } else {
            let n_played = if chosen.is_empty() {
                n_parts
            } else {
                chosen.len()
            };
            let (n_failed, names) = (failed.len(), failed.join(", "));
            player.complain(&format!("{n_failed} of {n_played} parts failed: {names}\n"));
            player.outcome(Outcome::Failed)
        }
    }
}

/// What the arguments ask for.
enum Request {
    Help,
    List,
    Play { chosen: Vec<usize>, predict: bool },
}

impl Part {
    /// Makes a part: the name to play it by, a title, what it claims, and the body that shows the
    /// evidence and says what it means.
    pub fn new(
        name: impl Into<String>,
        title: impl Into<String>,
        claim: impl Into<String>,
        run: impl FnOnce(&mut Stage) -> Result + Send + 'static,
    ) -> Self {
        let (name, title, claim) = (name.into(), title.into(), claim.into());
        Self {
            name,
            title,
            claim,
            question: None,
            limit: LIMIT,
            run: Box::new(run),
        }
    }

    /// Asks the learner this before the claim and the evidence.
    pub fn predict(mut self, question: impl Into<String>) -> Self {
        self.question = Some(question.into());
        self
    }

    /// Sets after how long the part counts as hung (60 s when not set).
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }
}

impl<'a> Console<'a> {
    /// Makes a plain console, as for a file: 80 columns, no colour, nobody answers, no pictures.
    pub fn new(
        output: &'a mut dyn Write,
        errors: &'a mut dyn Write,
        input: &'a mut dyn BufRead,
    ) -> Self {
        let pictures = Vec::new();
        Self {
            output,
            errors,
            input,
            width: 80,
            colour: false,
            interactive: false,
            front: "just",
            pictures,
        }
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Console<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console")
            .field("width", &self.width)
            .finish_non_exhaustive()
    }
}

/// `target/tour` of the workspace that the working directory is in, else the temporary folder.
///
/// Not the folder of the executable: it may lie elsewhere (`CARGO_TARGET_DIR`), and the path that
/// a book's transcript shows should be the same on every machine.
fn picture_folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Ok(here) = env::current_dir() {
        let root = here
            .ancestors()
            .find(|folder| folder.join("Cargo.lock").is_file());
        folders.extend(root.map(|root| {
            let root = if root == here { Path::new("") } else { root };
            root.join("target").join("tour")
        }));
    }
    folders.push(env::temp_dir().join(format!("tour-{}", std::process::id())));
    folders
}

#[cfg(test)]
mod tests;

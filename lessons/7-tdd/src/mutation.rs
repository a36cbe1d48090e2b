//! What a coverage tool and a mutation tester do, small enough to read.
//!
//! Both change the program under test and run its tests. The one plants a probe before each statement
//! and asks which ran. The other plants a mistake, one at a time, and asks whether any test notices.
//! The real ones are `cargo llvm-cov` and `cargo mutants`; these work on text and need nothing but
//! that the text is formatted by rustfmt.

/// A program with one mistake planted in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutant {
    /// The line that was changed, from 1.
    pub line: usize,
    /// What stood there, without indentation.
    pub was: String,
    /// What stands there now.
    pub is: String,
    /// The whole program.
    pub program: String,
}

// ANCHOR: mutants
/// An operator, and what somebody might have written instead by mistake.
const SLIPS: &[(&str, &str)] = &[
    (" < ", " <= "),
    (" <= ", " < "),
    (" >= ", " > "),
    (" || ", " && "),
    (" / ", " * "),
    (" * ", " / "),
    (" = 0;", " = 1;"),
];

/// Returns every program that differs from this one by one slip.
pub fn mutants(program: &str) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    let mut start = 0;
    for (n, line) in program.split_inclusive('\n').enumerate() {
        let is_code = !line.trim_start().starts_with("//");
        for (right, wrong) in SLIPS.iter().filter(|_| is_code) {
            for (at, _) in line.match_indices(right) {
                let mutated = format!("{}{wrong}{}", &line[..at], &line[at + right.len()..]);
                mutants.push(Mutant {
                    line: n + 1,
                    was: line.trim().to_owned(),
                    is: mutated.trim().to_owned(),
                    program: format!(
                        "{}{mutated}{}",
                        &program[..start],
                        &program[start + line.len()..]
                    ),
                });
            }
        }
        start += line.len();
    }
    mutants
}
// ANCHOR_END: mutants

/// Returns the program with a probe, `crate::ran(LINE);`, before each statement between two marker
/// lines, and the numbers of those lines.
///
/// # Format
///
/// ```text
/// // ANCHOR: name        the probes start behind the line with `fn` that follows
/// // ANCHOR_END: name    and end here
/// ```
pub fn with_probes(program: &str) -> (String, Vec<usize>) {
    let mut probed = String::new();
    let mut lines = Vec::new();
    let mut is_inside = false;
    for (n, line) in program.lines().enumerate() {
        let text = line.trim();
        if text.starts_with("// ANCHOR_END") {
            is_inside = false;
        }
        // A line that starts with a brace continues a statement or ends a block.
        if is_inside && !text.is_empty() && !text.starts_with('}') {
            probed.push_str(&format!("crate::ran({}); ", n + 1));
            lines.push(n + 1);
        }
        probed.push_str(line);
        probed.push('\n');
        is_inside |= text.starts_with("pub fn ");
    }
    (probed, lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operator_is_wrong_in_one_mutant() {
        let program = "// a < b\nif a < b || c >= d {\n    x = 0;\n}\n";

        let changes: Vec<(usize, String)> = mutants(program)
            .into_iter()
            .map(|mutant| (mutant.line, mutant.is))
            .collect();

        let expected = [
            (2, "if a <= b || c >= d {"),
            (2, "if a < b || c > d {"),
            (2, "if a < b && c >= d {"),
            (3, "x = 1;"),
        ];
        assert_eq!(changes, expected.map(|(line, is)| (line, is.to_owned())));
    }

    #[test]
    fn a_mutant_differs_in_one_line_alone() {
        let program = "let a = 1;\nlet b = a * 2;\nb\n";

        let [mutant] = mutants(program).try_into().expect("there is one operator");

        assert_eq!(mutant.program, "let a = 1;\nlet b = a / 2;\nb\n");
        assert_eq!(mutant.was, "let b = a * 2;");
    }

    #[test]
    fn an_operator_may_stand_twice_in_a_line() {
        let programs: Vec<String> = mutants("a * b * c\n")
            .into_iter()
            .map(|mutant| mutant.program)
            .collect();

        assert_eq!(programs, ["a / b * c\n", "a * b / c\n"]);
    }

    #[test]
    fn probes_stand_before_statements_and_nowhere_else() {
        let program = "// x\npub fn f() {\n    if a {\n        b;\n    } else {\n        c\n    }\n\n}\n// ANCHOR_END: f\nd;\n";

        let (probed, lines) = with_probes(program);

        assert_eq!(lines, [3, 4, 6]);
        let expected = "// x\npub fn f() {\ncrate::ran(3);     if a {\ncrate::ran(4);         b;\n    } else {\ncrate::ran(6);         c\n    }\n\n}\n// ANCHOR_END: f\nd;\n";
        assert_eq!(probed, expected);
    }
}

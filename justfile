# Each recipe is one line that calls the course's own runner; `cargo course RECIPE` is the same.
# Groups are comments here rather than attributes: Ubuntu 24.04's just (1.21) does not know those.

# The runner then spells the commands that it names as `just …`.
export COURSE_FRONT := "just"

set positional-arguments

# All commands, in groups
[no-cd, no-exit-message]
help:
    @cargo course help

# --- learn ---

# Play a lesson's tour: just lesson 3 [PART]; without a number, list the lessons
[no-cd, no-exit-message]
lesson *ARGS:
    @cargo lesson "$@"

# Run a step's tests: just exercise 3 [STEP] [TEST]; without a step, the first unsolved
[no-cd, no-exit-message]
exercise *ARGS:
    @cargo course exercise "$@"

# Three hints for a step, one at a time: just hint 3 1 [TIER]
[no-cd, no-exit-message]
hint *ARGS:
    @cargo course hint "$@"

# Run a step's tests at each save; go on when green: just watch 3 [STEP]
[no-cd, no-exit-message]
watch *ARGS:
    @cargo course watch "$@"

# What is solved, by what the tests say now: just progress [3]
[no-cd, no-exit-message]
progress *ARGS:
    @cargo course progress "$@"

# How the solution differs from your file: just solution 3 1
[no-cd, no-exit-message]
solution *ARGS:
    @cargo course solution "$@"

# Put a step's starter back; your file is kept aside: just reset 3 1
[no-cd, no-exit-message]
reset *ARGS:
    @cargo course reset "$@"

# Serve the book on this machine: just book [open|build]
[no-cd, no-exit-message]
book *ARGS:
    @cargo course book "$@"

# --- build ---

# Serve the practice site for your browser: just site [--port P]
[no-cd, no-exit-message]
site *ARGS:
    @cargo course site "$@"

# The crawler: just capstone crawl URL
[no-cd, no-exit-message]
capstone *ARGS:
    @cargo course capstone "$@"

# Copy a whole database, SQLite to PostgreSQL or back: just copy FROM TO
[no-cd, no-exit-message]
copy *ARGS:
    @cargo course copy "$@"

# Run a benchmark: just bench sockets; without a name, list them
[no-cd, no-exit-message]
bench *ARGS:
    @cargo course bench "$@"

# --- develop ---

# Install what the course needs and this machine lacks: just setup [--check] [--yes]
[no-cd, no-exit-message]
setup *ARGS:
    @cargo course setup "$@"

# Set up, run all tests, prove the exercises
[no-cd, no-exit-message]
test *ARGS:
    @cargo course test "$@"

# Format, clippy and docs, with warnings denied
[no-cd, no-exit-message]
lint:
    @cargo course lint

# Lint, then test: what CI runs
[no-cd, no-exit-message]
check:
    @cargo course check

# Prove the exercises: starters red, solutions green, tempting mistakes rejected: just verify [3]
[no-cd, no-exit-message]
verify *ARGS:
    @cargo course verify "$@"

# Try mutated inputs on the readers of lesson 6, a minute each: just fuzz [TARGET]
[no-cd, no-exit-message]
fuzz *ARGS:
    @cargo course fuzz "$@"

# Record the book's transcripts again: just record [NAME]
[no-cd, no-exit-message]
record *ARGS:
    @cargo course record "$@"

# Change lesson 7's library step by step: do its tests notice? (most of an hour)
[no-cd, no-exit-message]
mutants *ARGS:
    @cargo course mutants "$@"

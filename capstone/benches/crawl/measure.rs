//! Runs a program to its end and says what it cost: time, processor time, memory at its highest.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

use crate::Result;

/// What a run cost.
pub struct Cost {
    /// From start to end.
    pub wall: Duration,
    /// Of all its threads and of the children it waited for, in user and system together.
    pub cpu: Duration,
    /// The most memory that was resident, in bytes.
    pub peak: u64,
    /// Its exit code.
    pub code: Option<i32>,
}

/// Runs a command whose output goes where the command says.
pub fn run(command: &mut Command) -> Result<Cost> {
    let started = Instant::now();
    let mut child = command.stdin(Stdio::null()).spawn()?;
    let ended = AtomicBool::new(false);
    let (wall, cpu, peak) = thread::scope(|scope| {
        let (id, ended) = (child.id(), &ended);
        let watch = scope.spawn(move || {
            let mut peak = 0;
            while !ended.load(Ordering::Relaxed) {
                peak = high_water(id).unwrap_or(0).max(peak);
                thread::sleep(Duration::from_millis(10));
            }
            peak
        });
        let cpu = wait(&child);
        let wall = started.elapsed();
        ended.store(true, Ordering::Relaxed);
        (wall, cpu, watch.join().unwrap_or(0))
    });
    Ok(Cost {
        wall,
        cpu: cpu?,
        peak,
        code: child.wait()?.code(),
    })
}

/// Waits until the child has ended, and reads what it used before its entry in `/proc` goes.
fn wait(child: &Child) -> Result<Duration> {
    let pid = Pid::from_child(child);
    waitid(
        WaitId::Pid(pid),
        WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
    )?;
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id()))?;
    // The name in brackets may hold spaces; the four times are the 12th to 15th field after it, in
    // hundredths of a second.
    let fields = stat.rsplit_once(')').ok_or("a stat line")?.1;
    let ticks = fields
        .split_whitespace()
        .skip(11)
        .take(4)
        .map(str::parse::<u64>)
        .sum::<std::result::Result<u64, _>>()?;
    Ok(Duration::from_millis(ticks * 10))
}

fn high_water(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace()
        .next()?
        .parse::<u64>()
        .ok()
        .map(|kib| kib * 1024)
}

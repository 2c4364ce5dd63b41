// SPDX-License-Identifier: MIT
//
// fair-share: a rate that somebody else decides, while the batch runs: the number of attempts a
// second that stands in a file. Whoever shares one limit among several batches writes the file;
// 0 pauses the batch. It is looked at once a second. In Rust, without crates.
//
//     rustc --edition 2021 -O --crate-type cdylib -o fair-share.so fair-share.rs
//     ovrmnd call ... --plugin-dir . --scheduler pool --scheduler fair-share:file=rate.txt
//
// A function that runs in the loop must not read files, so a thread does, and publishes what it
// read as an atomic number. The thread is started in `create` and joined in `destroy`, it calls
// nothing of the host, and a lock that the loop might wait for does not exist.
//
// The thread lives by the wall clock. A simulation, whose hours pass in moments, sees the rate
// that stood in the file when it began.
//
// No panic may leave a plugin's function: `create` and `destroy` catch theirs, and in the others
// there is nothing that can panic.

use std::ffi::CStr;
use std::os::raw::{c_char, c_void};
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{channel, RecvTimeoutError, Sender};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

// ---- what the headers of ovrmnd say, as far as it is needed here ----

#[repr(C)]
pub struct Text { size: u32, capacity: u32, data: *mut c_char } // struct ovrmnd_text

#[repr(C)]
pub struct Value { // struct ovrmnd_value
    kind: u32, given: u32, integer: i64, per_ns: u64, number: f64, text: *const c_char,
}

#[repr(C)]
pub struct Options { size: u32, count: u32, values: *const Value } // struct ovrmnd_options

#[repr(C)]
pub struct Opt { // struct ovrmnd_option
    name: *const c_char, help: *const c_char, fallback: *const c_char, least: *const c_char,
    most: *const c_char, choices: *const c_char, unit: *const c_char, kind: u32, flags: u32,
}

#[repr(C)]
pub struct Verdict { action: u32, reserved: u32, at_ns: u64 } // struct ovrmnd_verdict

#[repr(C)]
pub struct Scheduler { // struct ovrmnd_scheduler; what is not looked at is a bare pointer
    size: u32,
    reserved: u32,
    create: extern "C" fn(*const c_void, *const Options, *mut Text) -> *mut c_void,
    destroy: extern "C" fn(*mut c_void),
    may_start: extern "C" fn(*const c_void, u64, *const c_void, *const c_void) -> Verdict,
    started: extern "C" fn(*mut c_void, u64, *const c_void, *const c_void),
    finished: *const c_void,
}

#[repr(C)]
pub struct Plugin { // struct ovrmnd_plugin
    size: u32, abi: u32, kind: *const c_char, name: *const c_char, version: *const c_char,
    summary: *const c_char, functions: *const Scheduler, options: *const Opt,
    option_count: u32, option_size: u32, extension: *const c_void,
}

unsafe impl Sync for Opt {}
unsafe impl Sync for Scheduler {}
unsafe impl Sync for Plugin {}

const ABI: u32 = 1;
const START: u32 = 1;
const WAIT_UNTIL: u32 = 2;
const STRING: u32 = 6;
const REQUIRED: u32 = 1;

macro_rules! c {
    ($text:expr) => { concat!($text, "\0").as_ptr() as *const c_char };
}

// ---- the plugin ----

const NS_PER_S: u64 = 1_000_000_000;

struct FairShare {
    rate: Arc<AtomicU64>, // attempts a second; 0: none
    last_ns: Option<u64>, // when the last attempt started
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

fn read_rate(file: &str) -> Result<u64, String> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("cannot read {}: {}", file, e))?;
    let word = text.trim();
    word.parse().map_err(|_| {
        format!("{} holds '{:.20}'; expected a whole number, of attempts a second", file, word)
    })
}

impl FairShare {
    fn new(file: String) -> Result<FairShare, String> {
        let rate = Arc::new(AtomicU64::new(read_rate(&file)?));
        let (stop, stopped) = channel::<()>();
        let shared = rate.clone();
        let look = move || {
            // Nothing is ever sent; the wait ends early when the sender goes.
            while stopped.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                if let Ok(now) = read_rate(&file) {
                    shared.store(now, Ordering::Relaxed); // else the rate stays as it was
                }
            }
        };
        let thread = Builder::new().spawn(look).map_err(|e| format!("no thread: {}", e))?;
        Ok(FairShare { rate, last_ns: None, stop: Some(stop), thread: Some(thread) })
    }

    fn may_start(&self, now_ns: u64) -> Verdict {
        let rate = self.rate.load(Ordering::Relaxed);
        let at_ns = match (self.last_ns, NS_PER_S.checked_div(rate)) {
            (_, None) => now_ns.saturating_add(NS_PER_S), // paused: ask again in a second
            (None, _) => now_ns,
            (Some(last_ns), Some(every_ns)) => last_ns.saturating_add(every_ns),
        };
        if at_ns <= now_ns {
            Verdict { action: START, reserved: 0, at_ns: 0 }
        } else {
            Verdict { action: WAIT_UNTIL, reserved: 0, at_ns }
        }
    }
}

impl Drop for FairShare {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

// ---- between C and Rust ----

/// Says why `create` refuses, cut to the room that there is.
unsafe fn refuse(why: *mut Text, reason: &str) {
    let room = ((*why).capacity as usize).saturating_sub(1);
    let mut length = reason.len().min(room);
    while !reason.is_char_boundary(length) {
        length -= 1;
    }
    std::ptr::copy_nonoverlapping(reason.as_ptr(), (*why).data as *mut u8, length);
    *(*why).data.add(length) = 0;
}

extern "C" fn create(_: *const c_void, given: *const Options, why: *mut Text) -> *mut c_void {
    let made = catch_unwind(|| {
        let file = unsafe { CStr::from_ptr((*(*given).values).text) };
        FairShare::new(file.to_string_lossy().into_owned())
    });
    match made {
        Ok(Ok(share)) => return Box::into_raw(Box::new(share)) as *mut c_void,
        Ok(Err(reason)) => unsafe { refuse(why, &reason) },
        Err(_) => unsafe { refuse(why, "it panicked") },
    }
    std::ptr::null_mut()
}

extern "C" fn destroy(this: *mut c_void) {
    let _ = catch_unwind(|| drop(unsafe { Box::from_raw(this as *mut FairShare) }));
}

extern "C" fn may_start(
    this: *const c_void, now_ns: u64, _load: *const c_void, _next: *const c_void,
) -> Verdict {
    unsafe { &*(this as *const FairShare) }.may_start(now_ns)
}

extern "C" fn started(
    this: *mut c_void, now_ns: u64, _load: *const c_void, _attempt: *const c_void,
) {
    unsafe { &mut *(this as *mut FairShare) }.last_ns = Some(now_ns);
}

static FUNCTIONS: Scheduler = Scheduler {
    size: std::mem::size_of::<Scheduler>() as u32,
    reserved: 0,
    create,
    destroy,
    may_start,
    started,
    finished: std::ptr::null(),
};

static OPTIONS: [Opt; 1] = [Opt {
    name: c!("file"),
    help: c!("The file that holds the rate: a whole number, of attempts a second"),
    fallback: std::ptr::null(),
    least: std::ptr::null(),
    most: std::ptr::null(),
    choices: std::ptr::null(),
    unit: std::ptr::null(),
    kind: STRING,
    flags: REQUIRED,
}];

static DESCRIPTOR: Plugin = Plugin {
    size: std::mem::size_of::<Plugin>() as u32,
    abi: ABI,
    kind: c!("ovrmnd.scheduler/1"),
    name: c!("fair-share"),
    version: c!("1.0.0"),
    summary: c!("As many attempts a second as a file says"),
    functions: &FUNCTIONS,
    options: &OPTIONS as *const Opt,
    option_count: 1,
    option_size: std::mem::size_of::<Opt>() as u32,
    extension: std::ptr::null(),
};

#[no_mangle]
pub extern "C" fn ovrmnd_plugin_entry() -> *const Plugin {
    &DESCRIPTOR
}

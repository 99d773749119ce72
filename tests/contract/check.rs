//! `make contract RECORDINGS=DIR`: holds the wire types against a folder of recordings, of any deployment. Names each
//! file and field that does not fit, ends with `N fit, M skipped, K do not fit`, fails if K > 0 or N = 0.

#![allow(clippy::print_stdout)]

mod endpoints;
#[allow(dead_code)] // the contract test uses more of it
mod fit;
mod recording;

use endpoints::{Verdict, judge};
use fit::{Donors, remember};
use recording::{Refusal, read};
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Every file below a folder, in order.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|it| it.path())).collect::<io::Result<_>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

/// Good values from the repository's own recordings, so that a file with several faults is read to its end.
fn donors() -> Donors {
    let mut donors = Donors::new();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract/recordings");
    for path in files(&own).unwrap_or_default() {
        let Some(Ok(recording)) = fs::read_to_string(path).ok().map(|text| read(&text)) else { continue };
        if let Verdict::Cases(cases) = judge(recording) {
            for case in cases {
                if let Ok(fit) = case.fit() {
                    remember(&mut donors, case.shape.name, &fit.written);
                }
            }
        }
    }
    donors
}

enum Outcome {
    Fits,
    Skipped,
    DoesNot(Vec<String>),
}

fn hold(path: &Path, donors: &mut Option<Donors>) -> Outcome {
    if path.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("json")) {
        return Outcome::Skipped;
    }
    let text = match fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => text,
        Ok(Err(_)) => return Outcome::DoesNot(vec!["file: expected UTF-8, got something else".into()]),
        Err(error) => return Outcome::DoesNot(vec![format!("file: expected a readable file, got {error}")]),
    };
    let recording = match read(text.trim_start_matches('\u{feff}')) {
        Ok(recording) => recording,
        Err(Refusal::Foreign) => return Outcome::Skipped,
        Err(Refusal::Malformed(reason)) => return Outcome::DoesNot(vec![reason]),
    };
    match judge(recording) {
        Verdict::Skipped => Outcome::Skipped,
        Verdict::Misfit(reason) => Outcome::DoesNot(vec![reason]),
        Verdict::Cases(cases) => {
            let unfit = cases.iter().filter(|case| case.fit().is_err() || !case.left_out().is_empty());
            let reasons: Vec<String> =
                unfit.flat_map(|case| case.misfits(donors.get_or_insert_with(self::donors))).collect();
            if reasons.is_empty() { Outcome::Fits } else { Outcome::DoesNot(reasons) }
        }
    }
}

fn main() -> ExitCode {
    let folder = env::args().nth(1).filter(|it| !it.is_empty()).or_else(|| env::var("RECORDINGS").ok());
    let Some(folder) = folder.filter(|it| !it.is_empty()) else {
        println!("contract: name a folder of recordings: make contract RECORDINGS=DIR");
        return ExitCode::FAILURE;
    };
    let folder = PathBuf::from(folder);
    let (mut fit, mut skipped, mut unfit) = (0, 0, 0);
    let mut donors = None;
    match files(&folder) {
        Err(error) => println!("contract: cannot read {}: {error}", folder.display()),
        Ok(files) => {
            for path in files {
                match hold(&path, &mut donors) {
                    Outcome::Fits => fit += 1,
                    Outcome::Skipped => skipped += 1,
                    Outcome::DoesNot(reasons) => {
                        unfit += 1;
                        let name = path.strip_prefix(&folder).unwrap_or(&path);
                        for reason in reasons {
                            println!("{}: {reason}", name.display());
                        }
                    }
                }
            }
        }
    }
    println!("{fit} fit, {skipped} skipped, {unfit} do not fit");
    if unfit > 0 || fit == 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

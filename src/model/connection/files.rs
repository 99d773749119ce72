//! Whether the files are served as a release wants it: the page asked for anew, hashed files kept, a missing file 404,
//! in a small form, of the right type. Pure.

use super::check::{Check, Topic};
use super::facts::{Answer, Facts};

const TOPIC: Topic = Topic::Files;

fn cache_of(answer: &Answer) -> String {
    answer.header("cache-control").unwrap_or_default().to_ascii_lowercase()
}

/// For how long an answer may be kept without asking, in seconds; `None` where it does not say.
fn kept_s(cache: &str) -> Option<u64> {
    if cache.contains("no-cache") || cache.contains("no-store") {
        return Some(0);
    }
    cache.split(',').find_map(|part| part.trim().strip_prefix("max-age=")?.parse().ok())
}

pub(super) fn files(facts: &Facts) -> Check {
    let (Some(page), Some(asset)) = (facts.page.answer(), facts.asset.answer()) else {
        return Check::unknown(TOPIC, "The files could not be asked for once more.");
    };
    if asset.status == 404 || asset.is_page() {
        return Check::warn(
            TOPIC,
            "This page’s own files are gone.",
            "The server has another release now. Reload the page; leave the files of the release before for a while, for tabs that are open.",
        );
    }
    if facts.missing.answer().is_some_and(Answer::is_page)
        && facts.missing.answer().is_some_and(|answer| answer.status == 200)
    {
        return Check::bad(
            TOPIC,
            "A file that is not there is answered with the page.",
            "A tab that is open across a new release gets a web page where a part of the application should be, and a cache may keep it.",
        )
        .because("a missing file is answered with the page")
        .mended_at_the_files_by("location ~ /assets/ {\n  try_files $uri =404;\n}", "@assets path /assets/*\nhandle @assets {\n  file_server\n}");
    }
    let cache = cache_of(page);
    if kept_s(&cache) != Some(0) {
        return Check::warn(
            TOPIC,
            "The page may be kept by a cache.",
            "After a new release people get the old page until that runs out, with files that may be gone.",
        )
        .of_header(
            "Cache-Control",
            &[("Must be", "no-cache"), ("Arrives", if cache.is_empty() { "— none" } else { &cache })],
        )
        .mended_at_the_files_by("add_header Cache-Control no-cache always;", "header Cache-Control no-cache");
    }
    let kind = asset.header("content-type").unwrap_or_default();
    if !kind.starts_with("application/wasm") {
        return Check::warn(
            TOPIC,
            "WebAssembly comes as another type.",
            "Then no browser compiles it while it arrives, and none keeps what it compiled.",
        )
        .of_header(
            "Content-Type",
            &[("Must be", "application/wasm"), ("Arrives", if kind.is_empty() { "— none" } else { kind })],
        )
        .mended_at_the_files_by(
            "types { application/wasm wasm; }",
            "@wasm path *.wasm\nheader @wasm Content-Type application/wasm",
        );
    }
    if asset.header("content-encoding").is_none() {
        return Check::warn(
            TOPIC,
            "The files are not compressed.",
            "Each file lies there in brotli and in gzip too; a first visit is about three times as large without.",
        )
        .of_header("Content-Encoding", &[("Must be", "br, or gzip"), ("Arrives", "— none")])
        .mended_at_the_files_by(
            "brotli_static on;  # where the module is there\ngzip_static on;",
            "file_server {\n  precompressed br gzip\n}",
        );
    }
    let cache = cache_of(asset);
    if kept_s(&cache).unwrap_or(0) < 86_400 {
        return Check::warn(
            TOPIC,
            "The files are not kept.",
            "Each visit asks for them anew, though their names tell what is in them.",
        )
        .of_header(
            "Cache-Control",
            &[
                ("Must be", "public, max-age=31536000, immutable"),
                ("Arrives", if cache.is_empty() { "— none" } else { &cache }),
            ],
        )
        .mended_at_the_files_by(
            "add_header Cache-Control $gantry_cache always;  # of gantry-http.conf",
            "header /assets/* Cache-Control \"public, max-age=31536000, immutable\"",
        );
    }
    Check::good(TOPIC, "the page is asked for anew, its files are kept, and what is missing is 404")
}

#[cfg(test)]
mod tests {
    use super::kept_s;

    #[test]
    fn how_long_an_answer_may_be_kept() {
        for (cache, expected) in [
            ("no-cache", Some(0)),
            ("private, no-store", Some(0)),
            ("public, max-age=31536000, immutable", Some(31_536_000)),
            ("max-age=0", Some(0)),
            ("", None),
            ("public", None),
            ("max-age=soon", None),
        ] {
            assert_eq!(kept_s(cache), expected, "{cache}");
        }
    }
}

//! From a file in the page cache to findings with field paths, on one core and on all, plain and compressed.

use std::collections::BTreeMap;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};

use dyetrace::{audit::scan, detect::Effort};
use dyetrace_connectors::{SettingValue, Settings, file};
use flate2::{Compression, bufread::MultiGzDecoder, write::GzEncoder};

use crate::{Timed, anchors, compare};

pub fn measure(folder: &Path, name: &str, text: &[u8]) -> anyhow::Result<()> {
    let plain = folder.join(format!("{name}.log"));
    std::fs::write(&plain, text)?;
    let halves = halves(folder, &format!("{name}.halves"), text)?;
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let mut timed = vec![
        Timed::new("bare read of the file, the first", || {
            anchors::read(&plain).expect("it was just written")
        }),
        Timed::new("dyetrace scan, one core", || one.install(|| findings(&plain, Effort::Normal))),
        Timed::new("dyetrace scan, one core, fast", || one.install(|| findings(&plain, Effort::Fast))),
        Timed::new("dyetrace scan of its halves as two files, all cores", || {
            findings(&halves, Effort::Normal)
        }),
    ];
    if anchors::has_ripgrep() {
        timed.push(Timed::new("rg -o with a regex for cards, one core", || anchors::ripgrep(&plain)));
    }
    compare(text.len(), timed);
    std::fs::remove_file(&plain)?;
    std::fs::remove_dir_all(&halves)?;
    Ok(())
}

/// A folder with two files that begin with the text's first line and share the others.
fn halves(folder: &Path, name: &str, text: &[u8]) -> anyhow::Result<PathBuf> {
    let halves = folder.join(name);
    std::fs::create_dir(&halves)?;
    let line_end = |from: usize| memchr::memchr(b'\n', &text[from..]).map_or(text.len(), |at| from + at + 1);
    let (first, middle) = (line_end(0), line_end(text.len() / 2));
    std::fs::write(halves.join("first.log"), &text[..middle])?;
    std::fs::write(halves.join("second.log"), [&text[..first], &text[middle..]].concat())?;
    Ok(halves)
}

/// Compressed files beside unpacking them alone.
pub fn measure_packed(folder: &Path, name: &str, text: &[u8]) -> anyhow::Result<()> {
    let gzip = folder.join(format!("{name}.log.gz"));
    let mut encoder = GzEncoder::new(File::create(&gzip)?, Compression::fast());
    encoder.write_all(text)?;
    encoder.finish()?;
    let zstd = folder.join(format!("{name}.log.zst"));
    std::fs::write(&zstd, zstd::encode_all(text, 3)?)?;
    let unpack_gzip = || drain(MultiGzDecoder::new(open(&gzip)));
    let unpack_zstd =
        || drain(zstd::stream::read::Decoder::with_buffer(open(&zstd)).expect("it was just written"));
    for (path, name, unpack) in
        [(&gzip, "gzip", &unpack_gzip as &dyn Fn()), (&zstd, "zstd", &unpack_zstd as &dyn Fn())]
    {
        let timed = vec![
            Timed::new(format!("unpacking {name} alone, the first"), unpack),
            Timed::new(format!("dyetrace scan behind {name}, a second core"), || {
                findings(path, Effort::Normal)
            }),
        ];
        compare(text.len(), timed);
        std::fs::remove_file(path)?;
    }
    Ok(())
}

fn open(path: &Path) -> BufReader<File> {
    BufReader::with_capacity(256 << 10, File::open(path).expect("it was just written"))
}

/// Reads to the end into a buffer.
fn drain(mut stream: impl Read) {
    let mut buffer = vec![0; 256 << 10];
    while stream.read(&mut buffer).expect("it was just written") > 0 {
        black_box(&buffer);
    }
}

fn findings(path: &Path, effort: Effort) {
    let path = SettingValue::Text(path.display().to_string());
    let settings = Settings { values: BTreeMap::from([("path".to_owned(), path)]), ..Settings::default() };
    let mut found = 0;
    scan(&file::CONNECTOR, &settings, effort, &Default::default(), |mut file| {
        found += file.findings().map_or(0, Iterator::count);
        true
    })
    .expect("the file can be read");
    assert!(found > 0, "there are cards in it");
}

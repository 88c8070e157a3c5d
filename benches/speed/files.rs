//! From a file in the page cache to findings with field paths, on one core and on all, plain and compressed.

use std::collections::BTreeMap;
use std::path::Path;

use dyetrace::{audit::scan, detect::Effort};
use dyetrace_connectors::{SettingValue, Settings, file};

use crate::{Timed, anchors, compare};

pub fn measure(folder: &Path, name: &str, text: &[u8]) -> anyhow::Result<()> {
    let plain = folder.join(format!("{name}.log"));
    std::fs::write(&plain, text)?;
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let mut timed = vec![
        Timed::new("bare read of the file, the first", || {
            anchors::read(&plain).expect("it was just written")
        }),
        Timed::new("dyetrace scan, one core", || one.install(|| findings(&plain, Effort::Normal))),
        Timed::new("dyetrace scan, one core, fast", || one.install(|| findings(&plain, Effort::Fast))),
        Timed::new("dyetrace scan, all cores", || findings(&plain, Effort::Normal)),
    ];
    if anchors::has_ripgrep() {
        timed.push(Timed::new("rg -o with a regex for cards, one core", || anchors::ripgrep(&plain)));
    }
    compare(text.len(), timed);
    std::fs::remove_file(&plain)?;
    Ok(())
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

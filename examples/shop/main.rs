//! Writes the estate of a small merchant: a dozen datasets, some 100,000 records, and the leaks of the real
//! world in them. `cargo run --release --example shop -- DIR [--clean]`; `README.md` beside this file tells each
//! leak's story. Same version, same bytes: the seed is fixed.
//!
//! Card numbers are made under the prefixes of published test numbers; the key is a marked demo key.

#![expect(clippy::print_stdout, reason = "an example talks to whoever runs it")]

mod bus;
mod chance;
mod estate;
mod exports;
mod logs;
pub mod world;

use std::path::{Path, PathBuf};

use world::{Story, World};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (folder, story) = arguments(std::env::args().skip(1))?;
    let records = write_estate(&folder, story)?;
    println!("wrote {} ({records} records, {story:?}); audit it with", folder.display());
    println!("  dyetrace audit {}", folder.join("dyetrace.yaml").display());
    Ok(())
}

/// Writes all files of the estate, and returns how many records they hold.
pub fn write_estate(folder: &Path, story: Story) -> std::io::Result<usize> {
    let world = World::new(story);
    let files = files(&world);
    for (path, content) in &files {
        write(&folder.join(path), content)?;
    }
    // The journal is compressed: one record a sale.
    Ok(world.sales.len() + files.iter().map(|(path, content)| records(path, content)).sum::<usize>())
}

/// Every file of the estate: its path below the folder, and its bytes.
fn files(world: &World) -> Vec<(&'static str, Vec<u8>)> {
    let mut files = estate::files(world);
    files.extend(bus::files(world));
    files.extend(logs::files(world));
    files.extend(exports::files(world));
    files
}

fn arguments(given: impl Iterator<Item = String>) -> Result<(PathBuf, Story), String> {
    let (mut folder, mut story) = (None, Story::Leaky);
    for argument in given {
        match argument.as_str() {
            "--clean" => story = Story::Clean,
            flag if flag.starts_with('-') => {
                return Err(format!("no such flag; usage: shop DIR [--clean], not {flag}"));
            }
            path if folder.is_none() => folder = Some(PathBuf::from(path)),
            _ => return Err("one folder is enough; usage: shop DIR [--clean]".into()),
        }
    }
    folder.map(|folder| (folder, story)).ok_or_else(|| "where to? usage: shop DIR [--clean]".into())
}

fn write(path: &Path, content: &[u8]) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::write(path, content)
}

fn records(path: &str, content: &[u8]) -> usize {
    let is_data = path.contains('/');
    if is_data && !path.ends_with(".gz") { content.iter().filter(|byte| **byte == b'\n').count() } else { 0 }
}

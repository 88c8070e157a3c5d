//! How fast the Kafka connector reads from a broker on this machine, and in how much memory, beside a bare consumer of
//! the client library that only counts bytes: `cargo bench -p dyetrace-connectors --features kafka --bench kafka`. It
//! needs what `scripts/servers/kafka` fetches. Each reads in a process of its own, in turns, three times.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "it prints, and may fail by panicking")]

#[path = "../tests/live/kafka/seed.rs"]
#[allow(dead_code)]
mod seed;
#[path = "../tests/live/servers"]
#[allow(dead_code)]
mod servers {
    pub mod kafka;
    pub mod leash;
    mod place;

    pub use place::{fetched, free_port};
}

use std::process::Command;
use std::sync::Mutex;
use std::time::Instant;

use dyetrace_connectors::{Body, SettingValue, Settings, Source, Step, connector};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::{Offset, TopicPartitionList};

const MESSAGES: usize = 1_000_000;
const SIZE: usize = 1_000;
const PARTITIONS: usize = 4;
const ROUNDS: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [_, "bare", brokers] => report(|| bare(brokers)),
        [_, "ours", brokers] => report(|| ours(brokers)),
        _ => compare(),
    }
}

fn compare() {
    let kafka = servers::kafka::Kafka::start(1);
    let brokers = kafka.plain();
    let places: Vec<i32> = [1; PARTITIONS].into();
    seed::topic(&brokers, "bench", &places, &[]);
    let value = "x".repeat(SIZE);
    let record = |place: usize| seed::Record {
        partition: i32::try_from(place % PARTITIONS).unwrap(),
        ..seed::value(&value)
    };
    seed::write(&brokers, "bench", (0..MESSAGES).map(record));
    println!("{MESSAGES} messages of {SIZE} bytes in {PARTITIONS} partitions");
    let mut ratios = Vec::new();
    for round in 0..=ROUNDS {
        let [bare, ours] = ["bare", "ours"].map(|who| measured(who, &brokers));
        let ratio = bare.seconds / ours.seconds;
        let label = if round == 0 { "warming up".into() } else { format!("round {round}") };
        println!("{label}: bare {bare}; dyetrace {ours}; ratio {ratio:.2}");
        if round > 0 {
            ratios.push(ratio);
        }
    }
    ratios.sort_by(f64::total_cmp);
    println!("ratio in the median: {:.2}", ratios[ratios.len() / 2]);
}

struct Measured {
    bytes: u64,
    seconds: f64,
    /// The process's highest.
    memory: u64,
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let speed = self.bytes as f64 / 1e6 / self.seconds;
        write!(f, "{speed:.0} MB/s in {} MB", self.memory / 1_024)
    }
}

/// Reads in a process of its own.
fn measured(who: &str, brokers: &str) -> Measured {
    let ran = Command::new(std::env::current_exe().unwrap()).args([who, brokers]).output().unwrap();
    let said = String::from_utf8(ran.stdout).unwrap();
    let words: Vec<&str> = said.split_whitespace().collect();
    let [bytes, seconds, memory] = words[..] else {
        panic!("{said}{}", String::from_utf8_lossy(&ran.stderr))
    };
    let measured = Measured {
        bytes: bytes.parse().unwrap(),
        seconds: seconds.parse().unwrap(),
        memory: memory.parse().unwrap(),
    };
    assert_eq!(measured.bytes, (MESSAGES * SIZE) as u64);
    measured
}

fn report(read: impl FnOnce() -> u64) {
    let begun = Instant::now();
    let bytes = read();
    let seconds = begun.elapsed().as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let highest = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    println!("{bytes} {seconds} {}", highest.split_whitespace().next().unwrap());
}

/// The client library as its examples use it.
fn bare(brokers: &str) -> u64 {
    let mut config = seed::client(brokers);
    config.set("group.id", "bench").set("enable.auto.commit", "false").set("enable.partition.eof", "true");
    let consumer: BaseConsumer = config.create().unwrap();
    let mut partitions = TopicPartitionList::new();
    for partition in 0..PARTITIONS {
        let partition = i32::try_from(partition).unwrap();
        partitions.add_partition_offset("bench", partition, Offset::Beginning).unwrap();
    }
    consumer.assign(&partitions).unwrap();
    let (mut bytes, mut ended) = (0, 0);
    while ended < PARTITIONS {
        match consumer.poll(None) {
            Some(Ok(message)) => bytes += message.payload_len() as u64,
            Some(Err(rdkafka::error::KafkaError::PartitionEOF(_))) => ended += 1,
            _ => {}
        }
    }
    bytes
}

/// The connector, its partitions spread over as many threads as there are cores.
fn ours(brokers: &str) -> u64 {
    let text = |text: &str| SettingValue::Text(text.to_owned());
    let values = [("brokers".to_owned(), text(brokers)), ("topics".to_owned(), text("bench"))];
    let settings = Settings { values: values.into(), ..Settings::default() };
    let source = (connector("kafka").unwrap().open)(&settings).unwrap();
    let partitions = Mutex::new(source.datasets().unwrap().datasets.remove(0).partitions);
    let next = || partitions.lock().unwrap().pop();
    let work = || {
        let mut bytes = 0;
        while let Some(partition) = next() {
            bytes += count(&*source, &partition);
        }
        bytes
    };
    let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    std::thread::scope(|scope| {
        let working: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        working.into_iter().map(|thread| thread.join().unwrap()).sum()
    })
}

fn count(source: &dyn Source, partition: &dyetrace_connectors::Partition) -> u64 {
    let mut reader = source.open(partition, 0).unwrap();
    let mut bytes = 0;
    while let Step::Batch(batch) = reader.next().unwrap() {
        let Body::Messages(messages) = &batch.body else { panic!("messages are framed") };
        bytes += messages.iter().map(|message| message.value.len() as u64).sum::<u64>();
    }
    bytes
}

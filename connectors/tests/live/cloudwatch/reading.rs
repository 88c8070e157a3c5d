//! Listing and reading: pages, streams and slices, windows of time, samples and budgets.

use std::collections::BTreeSet;
use std::time::Duration;

use dyetrace_connectors::{Budget, Sample, Settings};

use super::{Logs, hour_ago};
use crate::aws::{self, Whole, assert_allowed, read, say_listing};

#[test]
#[ignore = "needs moto: run scripts/test"]
fn groups_are_found_by_name_and_pattern_over_pages() {
    let logs = Logs::new();
    for number in 0..120 {
        logs.group(&format!("/found/lambda/{number:03}"));
    }
    logs.group("/found/ecs/web");
    let check = |groups: &str| say_listing(&*logs.source(&[("groups", groups)]));
    assert_eq!(check("/found/lambda/*").lines().count(), 120);
    let web = "/found/ecs/web LogGroup [] retention: events never expire;\n";
    assert_eq!(check("/found/ecs/web"), web);
    assert_eq!(check("/found/e*"), web);
    assert_eq!(
        check("/found/ecs"),
        "missed NotFound /found/ecs: no log group of this account and region matches\n"
    );
    assert_allowed("cloudwatch", &logs.proxy);
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn few_streams_are_read_one_by_one() {
    let (logs, then) = (Logs::new(), hour_ago());
    logs.group("few");
    logs.stream("few", "b", &[(then, "first"), (then, "second"), (then + 2, "third")]);
    logs.stream("few", "a", &[(then + 1, "other")]);
    logs.stream("few", "empty", &[]);
    let source = logs.source(&[("groups", "few")]);
    let listed = say_listing(&*source);
    assert_eq!(listed, "few LogGroup [few:a few:b few:empty] retention: events never expire;\n");
    let whole = read(&*source, "few:b");
    let at = |millis: i64| u64::try_from((then + millis) * 1_000).unwrap();
    let expected = [(at(0), then, "first"), (at(0) + 1, then, "second"), (at(2), then + 2, "third")];
    let said: Vec<_> =
        whole.records.iter().map(|(at, time, text, _)| (*at, time.unwrap(), &**text)).collect();
    assert_eq!((said, &*whole.end), (expected.to_vec(), "Complete"));
    assert_eq!(read(&*source, "few:empty").end, "Complete");
    // Going on from a position.
    let partition = source.datasets().unwrap().datasets[0].partitions[1].clone();
    let mut rest = Whole::default();
    aws::step(&mut *source.open(&partition, at(0) + 1).unwrap(), &mut rest).unwrap();
    assert_eq!(rest.values(), ["second", "third"]);
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn a_stream_of_many_pages_is_read_whole() {
    let (logs, then) = (Logs::new(), hour_ago());
    logs.group("pages");
    let texts: Vec<String> = (0..25_000).map(|number| format!("event {number}")).collect();
    let events: Vec<(i64, &str)> =
        texts.iter().enumerate().map(|(at, text)| (then + at as i64 / 9, &**text)).collect();
    logs.stream("pages", "one", &events[..9_000]);
    logs.put("pages", "one", &events[9_000..18_000]);
    logs.put("pages", "one", &events[18_000..]);
    let source = logs.source(&[("groups", "pages")]);
    let whole = read(&*source, "pages:one");
    assert_eq!((whole.values() == texts, whole.batches, &*whole.end), (true, 3, "Complete"));
    let sliced = read(&*logs.source(&[("groups", "pages"), ("filter", "event")]), "pages:*1/1");
    assert_eq!((sliced.values() == texts, sliced.batches), (true, 3));
    assert_allowed("cloudwatch", &logs.proxy);
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn many_streams_are_read_by_slices_of_time_with_nothing_twice() {
    let (logs, then) = (Logs::new(), hour_ago());
    logs.group("many");
    let mut wanted = BTreeSet::new();
    for stream in 0..20 {
        let texts: Vec<String> = (0..50).map(|number| format!("{stream}/{number}")).collect();
        // Two days, so that every slice has some.
        let at = |number: usize| then - (49 - number as i64) * 3_600_000 + stream;
        let events: Vec<(i64, &str)> = texts.iter().enumerate().map(|(n, text)| (at(n), &**text)).collect();
        logs.stream("many", &format!("instance-{stream}"), &events);
        wanted.extend(texts);
    }
    let since = then - 49 * 3_600_000;
    let source =
        aws::source("cloudwatch", &Settings { since: Some(since), ..logs.settings(&[("groups", "many")]) });
    let listed = say_listing(&*source);
    assert!(listed.starts_with("many LogGroup [many:*1/4 many:*2/4 many:*3/4 many:*4/4]"), "{listed}");
    let slices: Vec<Whole> = (1..=4).map(|number| read(&*source, &format!("many:*{number}/4"))).collect();
    let found: Vec<&str> = slices.iter().flat_map(Whole::values).collect();
    assert!(slices.iter().all(|slice| slice.values().len() > 200 && slice.end == "Sampled"));
    assert_eq!((found.len(), found.into_iter().map(str::to_owned).collect::<BTreeSet<_>>()), (1_000, wanted));
    let grows = |slice: &Whole| slice.records.windows(2).all(|pair| pair[0].0 < pair[1].0);
    assert!(slices.iter().all(grows), "positions grow");
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn a_window_of_time_has_its_beginning_and_not_its_end() {
    let (logs, then) = (Logs::new(), hour_ago());
    logs.group("window");
    logs.stream(
        "window",
        "one",
        &[(then, "before"), (then + 1, "first"), (then + 2, "last"), (then + 3, "after")],
    );
    let check = |since, until, name| {
        let settings = Settings { since, until, ..logs.settings(&[("groups", "window")]) };
        let whole = read(&*aws::source("cloudwatch", &settings), name);
        format!("{} {}", whole.values().join(" "), whole.end)
    };
    for part in ["window:one", "window:*1/1"] {
        assert_eq!(check(Some(then + 1), Some(then + 3), part), "first last Sampled");
        assert_eq!(check(None, Some(then + 1), part), "before Sampled");
        assert_eq!(check(Some(then + 3), None, part), "after Sampled");
        assert_eq!(check(Some(then + 3), Some(then), part), " Sampled");
    }
    assert_eq!(check(None, None, "window:one"), "before first last after Complete");
    logs.put("window", "one", &[(hour_ago() + 2 * 3_600_000, "younger than the opening")]);
    assert_eq!(check(None, None, "window:one"), "before first last after Grew");
    assert_eq!(check(None, None, "window:*1/1"), "before first last after Grew");
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn a_filter_is_the_services_to_apply() {
    let (logs, then) = (Logs::new(), hour_ago());
    logs.group("filter");
    logs.stream("filter", "one", &[(then, "INFO a"), (then + 1, "ERROR b")]);
    let source = logs.source(&[("groups", "filter"), ("filter", "ERROR")]);
    assert!(say_listing(&*source).starts_with("filter LogGroup [filter:*1/4"));
    let found: Vec<Whole> = (1..=4).map(|number| read(&*source, &format!("filter:*{number}/4"))).collect();
    let found: Vec<&str> = found.iter().flat_map(Whole::values).collect();
    assert_eq!(found, ["ERROR b"]);
    assert!(!logs.proxy.asked().contains(&"logs:GetLogEvents".to_owned()));
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn the_newest_of_a_stream() {
    let (logs, then) = (Logs::new(), hour_ago());
    logs.group("newest");
    let texts: Vec<String> = (0..30).map(|number| number.to_string()).collect();
    let events: Vec<(i64, &str)> =
        texts.iter().enumerate().map(|(at, text)| (then + at as i64, &**text)).collect();
    logs.stream("newest", "one", &events);
    let check = |count, bytes| {
        let budget = Budget { bytes, ..Budget::NONE };
        let settings =
            Settings { sample: Sample::Newest(count), budget, ..logs.settings(&[("groups", "newest")]) };
        let whole = read(&*aws::source("cloudwatch", &settings), "newest:one");
        format!("{} {}", whole.values().join(" "), whole.end)
    };
    assert_eq!(check(3, None), "27 28 29 Sampled");
    assert_eq!(check(3, Some(4)), "28 29 Budget");
    assert_eq!(check(30, None).split(' ').count(), 31);
    assert!(check(31, None).starts_with("0 1 ") && check(31, None).ends_with(" Complete"));
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn budgets_end_a_partition() {
    let (logs, then) = (Logs::new(), hour_ago());
    logs.group("budget");
    logs.stream("budget", "one", &[(then, "four"), (then + 1, "five5"), (then + 2, "x")]);
    let check = |budget| {
        let settings = Settings { budget, ..logs.settings(&[("groups", "budget")]) };
        let whole = read(&*aws::source("cloudwatch", &settings), "budget:one");
        format!("{} {}", whole.values().join(" "), whole.end)
    };
    assert_eq!(check(Budget { bytes: Some(9), ..Budget::NONE }), "four five5 Budget");
    assert_eq!(check(Budget { bytes: Some(10), ..Budget::NONE }), "four five5 x Complete");
    assert_eq!(check(Budget { bytes: Some(0), ..Budget::NONE }), " Budget");
    assert_eq!(check(Budget { deadline: Some(Duration::ZERO), ..Budget::NONE }), " Deadline");
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn requests_are_paced() {
    let (logs, then) = (Logs::new(), hour_ago());
    logs.group("pace");
    logs.stream("pace", "one", &[(then, "a")]);
    let budget = Budget { requests: Some(4), ..Budget::NONE };
    let source = aws::source("cloudwatch", &Settings { budget, ..logs.settings(&[("groups", "pace")]) });
    let (started, before) = (std::time::Instant::now(), logs.proxy.asked().len());
    read(&*source, "pace:one");
    let gaps = logs.proxy.asked().len() - before - 1;
    assert!(gaps >= 1 && started.elapsed() >= Duration::from_millis(250) * gaps as u32);
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn parts_are_read_beside_each_other() {
    let (logs, then) = (Logs::new(), hour_ago());
    logs.group("beside");
    for stream in 0..8 {
        logs.stream("beside", &stream.to_string(), &[(then, "a"), (then + 1, "b")]);
    }
    let source = logs.source(&[("groups", "beside")]);
    let read_one = |stream: u32| read(&*source, &format!("beside:{stream}")).values().join(" ");
    let read_one = &read_one;
    std::thread::scope(|threads| {
        let all: Vec<_> = (0..8).map(|stream| threads.spawn(move || read_one(stream))).collect();
        assert!(all.into_iter().all(|one| one.join().unwrap() == "a b"));
    });
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn reading_changes_nothing() {
    let logs = Logs::new();
    logs.group("unchanged");
    logs.stream("unchanged", "s", &[(hour_ago(), "a")]);
    let told = || {
        let groups = logs.client.describe_log_groups().log_group_name_prefix("unchanged").send();
        let streams = logs.client.describe_log_streams().log_group_name("unchanged").send();
        format!("{:?} {:?}", logs.seeder.run(groups).log_groups, logs.seeder.run(streams).log_streams)
    };
    let before = told();
    let source = logs.source(&[("groups", "unchanged")]);
    say_listing(&*source);
    source.access().unwrap();
    read(&*source, "unchanged:s");
    read(&*source, "unchanged:*1/1");
    assert_eq!(told(), before);
    let reads =
        |action: &String| ["Describe", "Get", "Filter"].iter().any(|verb| action[5..].starts_with(verb));
    assert!(logs.proxy.asked().iter().all(reads), "{:?}", logs.proxy.asked());
}

//! What `audit --dry-run` says: what would be read, how much, and within which budget.

use dyetrace_connectors::{Budget, Sample};

use super::{
    label::{counted, counted_u64},
    paint::{Paint, thousands, wrapped},
};
use crate::audit::{Coverage, CoverageState, DatasetForecast, Forecast, SourceForecast};

/// Datasets of one source, beyond these, are counted.
const DATASETS: usize = 20;

/// The forecast as text, coloured if asked to.
pub fn forecast(forecast: &Forecast, color: bool) -> String {
    let paint = Paint(color);
    let mut text: String = forecast.sources.iter().map(|one| source(one, paint)).collect();
    if !forecast.failed.is_empty() {
        text += &format!("\n  {}\n", paint.bold("not to be had"));
        text.extend(forecast.failed.iter().map(|part| wrapped("  - ", 4, &failed(part), str::to_owned)));
    }
    text + &format!("\n  {}\n", paint.dim("no record was read"))
}

fn source(source: &SourceForecast, paint: Paint) -> String {
    let head =
        format!("{} ({}): {}", source.name, source.connector, counted(source.datasets.len(), "dataset"));
    let within = within(source);
    let mut text = format!("\n  {}\n", paint.bold(&head));
    text += &wrapped("    ", 4, &within, |line| paint.dim(line));
    for dataset in source.datasets.iter().take(DATASETS) {
        text += &wrapped("    ", 6, &line(source, dataset), str::to_owned);
    }
    if source.datasets.len() > DATASETS {
        text += &format!("    … and {} more\n", source.datasets.len() - DATASETS);
    }
    text
}

/// Which part, and at most how much.
fn within(source: &SourceForecast) -> String {
    let Budget { bytes, requests, deadline } = source.budget;
    let partitions: usize = source.datasets.iter().map(|dataset| dataset.partitions).sum();
    let part = match source.sample {
        Sample::Everything => None,
        Sample::Newest(count) => Some(format!("the newest {} of each part", thousands(count))),
        Sample::OneIn(parts) => Some(format!("one key in {}", thousands(parts))),
    };
    let bytes = bytes.map(|bytes| {
        let all = bytes.saturating_mul(partitions as u64);
        format!("at most {} bytes of each part, {} in all", thousands(bytes), thousands(all))
    });
    let requests = requests.map(|rate| format!("at most {} a second", counted_u64(rate.into(), "request")));
    let deadline = deadline.map(|time| format!("for at most {}", counted_u64(time.as_secs(), "second")));
    let said: Vec<String> = [part, bytes, requests, deadline].into_iter().flatten().collect();
    if said.is_empty() { "without a budget".to_owned() } else { said.join(", ") }
}

fn line(source: &SourceForecast, dataset: &DatasetForecast) -> String {
    let unit = if source.connector == "file" { "byte" } else { "record" };
    let parts = counted(dataset.partitions, "part");
    let size = match dataset.unmeasured {
        0 => counted_u64(dataset.size, unit),
        all if all == dataset.partitions => "size not known".to_owned(),
        some => format!("{}, and {some} of unknown size", counted_u64(dataset.size, unit)),
    };
    format!("{}: {parts}, {size}", dataset.name)
}

fn failed(part: &Coverage) -> String {
    let name = part.partition.as_ref().unwrap_or(&part.source);
    match &part.state {
        CoverageState::Failed { problem, detail } if detail.as_str().is_empty() => {
            format!("{name}: {problem}")
        }
        CoverageState::Failed { problem, detail } => format!("{name}: {problem} ({detail})"),
        CoverageState::Partial(why) => format!("{name}: {why}"),
        CoverageState::Complete | CoverageState::Sampled => name.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scrub;

    #[test]
    fn a_forecast_says_what_how_much_and_within_which_budget() {
        let dataset = |name: &str, partitions, size, unmeasured| DatasetForecast {
            name: scrub(name),
            partitions,
            size,
            unmeasured,
        };
        let source = |name: &str, connector, budget, datasets| SourceForecast {
            name: scrub(name),
            connector,
            budget,
            sample: Sample::Newest(1_000),
            datasets,
        };
        let mut logs = source("logs", "file", Budget::NONE, vec![dataset("logs", 1, 1_000, 0)]);
        logs.sample = Sample::Everything;
        let bus = vec![dataset("bus/orders", 3, 4_500, 0), dataset("bus/x", 2, 0, 2)];
        let sources = vec![logs, source("bus", "kafka", Budget::LIVE, bus)];
        let state = CoverageState::Failed { problem: "permission denied: ask".into(), detail: scrub("x") };
        let failed = Coverage {
            source: scrub("bus"),
            dataset: None,
            partition: Some(scrub("acls")),
            records: 0,
            bytes: 0,
            state,
        };
        expect_test::expect![[r#"
            shown:

              logs (file): 1 dataset
                without a budget
                logs: 1 part, 1,000 bytes

              bus (kafka): 2 datasets
                the newest 1,000 of each part, at most 67,108,864 bytes of each part,
                335,544,320 in all, at most 10 requests a second, for at most 600 seconds
                bus/orders: 3 parts, 4,500 records
                bus/x: 2 parts, size not known

              not to be had
              - acls: permission denied: ask (x)

              no record was read
        "#]]
        .assert_eq(&format!("shown:\n{}", forecast(&Forecast { sources, failed: vec![failed] }, false)));
    }
}

//! NEON of 64-bit ARM: as AVX2, sixteen bytes at a time. Rows are worked on in 64-bit words.
#![allow(unsafe_code)]

use std::arch::aarch64::*;

use crate::detect::scanner::lanes::{LEAD, Lanes, Led, Masks};
use crate::detect::scanner::words::Classes;

pub(super) struct Neon {
    low: [uint8x16_t; LEAD + 1],
    high: [uint8x16_t; LEAD + 1],
}

impl Neon {
    #[inline(always)]
    pub(super) fn new() -> Self {
        let classes = Classes::built();
        // SAFETY: a table has the sixteen bytes that are loaded.
        let load = |table: &[u8; 16]| unsafe { vld1q_u8(table.as_ptr()) };
        Neon { low: classes.low.each_ref().map(load), high: classes.high.each_ref().map(load) }
    }

    /// Whether some group of windows has each byte at its place, for the sixteen bytes that end windows.
    #[inline(always)]
    fn word(&self, bytes: &Led, from: usize) -> uint8x16_t {
        // SAFETY: sixteen bytes from `from` to `from + LEAD` are in `bytes`.
        unsafe {
            let groups = |place: usize| {
                let lanes = vld1q_u8(bytes.as_ptr().add(from + place));
                let low = vqtbl1q_u8(self.low[place], vandq_u8(lanes, vdupq_n_u8(15)));
                vandq_u8(low, vqtbl1q_u8(self.high[place], vshrq_n_u8::<4>(lanes)))
            };
            let word = vandq_u8(vandq_u8(groups(0), groups(1)), vandq_u8(groups(2), groups(3)));
            vtstq_u8(word, word)
        }
    }
}

/// One bit a byte: each byte keeps the bit of its place among eight, and neighbours are added up three times.
#[inline(always)]
fn gather(lanes: [uint8x16_t; 4]) -> u64 {
    const WEIGHTS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
    // SAFETY: the weights are the sixteen bytes that are loaded.
    unsafe {
        let weights = vld1q_u8(WEIGHTS.as_ptr());
        let [a, b, c, d] = lanes.map(|lanes| vandq_u8(lanes, weights));
        let sum = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
        let sum = vpaddq_u8(sum, sum);
        vgetq_lane_u64::<0>(vreinterpretq_u64_u8(sum))
    }
}

impl Lanes for Neon {
    #[inline(always)]
    fn masks(&self, bytes: &Led) -> Masks {
        // SAFETY: the four times sixteen bytes behind the lead are in `bytes`.
        unsafe {
            let blocks = [0, 16, 32, 48].map(|from| vld1q_u8(bytes.as_ptr().add(LEAD + from)));
            let within = |lanes: uint8x16_t, from: u8, count: u8| {
                vcltq_u8(vsubq_u8(lanes, vdupq_n_u8(from)), vdupq_n_u8(count))
            };
            let is = |lanes: uint8x16_t, byte: u8| vceqq_u8(lanes, vdupq_n_u8(byte));
            let small = |lanes: uint8x16_t| vorrq_u8(lanes, vdupq_n_u8(0x20));
            Masks {
                digit: gather(blocks.map(|lanes| within(lanes, b'0', 10))),
                letter: gather(blocks.map(|lanes| within(small(lanes), b'a', 26))),
                beyond_hex: gather(blocks.map(|lanes| within(small(lanes), b'g', 20))),
                joint: gather(blocks.map(|lanes| is(lanes, b'_')))
                    | gather(blocks.map(|lanes| is(lanes, b'-'))),
                newline: gather(blocks.map(|lanes| is(lanes, b'\n'))),
                word: gather([0, 16, 32, 48].map(|from| self.word(bytes, from))),
            }
        }
    }
}

//! The scanner's masks in vector registers, and the choice between them at run time.
//!
//! The one place of this package with `unsafe`, here and in one file for each instruction set, for two reasons. A
//! function that is compiled for an instruction set may be called only where the processor has it: [`Isa::detected`]
//! asks, and [`Here`] cannot be had without asking again. And loads and stores take a pointer: each stays within the array that a
//! block is, `LEAD` bytes and 64 behind them, or within a row of eight masks.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;

use super::blocks::{self, Sight, Stride};
#[cfg(target_arch = "x86_64")]
use super::lanes::Led;
use super::lanes::Portable;

/// An instruction set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isa {
    /// 512-bit registers: AVX-512 F, BW, VBMI and VBMI2.
    Avx512,
    /// 256-bit registers: AVX2.
    Avx2,
    /// 128-bit registers of 64-bit ARM.
    Neon,
    /// Any processor.
    Portable,
}

impl Isa {
    /// All that this processor has, the best first.
    pub fn detected() -> Vec<Isa> {
        [Isa::Avx512, Isa::Avx2, Isa::Neon, Isa::Portable].into_iter().filter(|isa| isa.is_here()).collect()
    }

    fn is_here(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vbmi")
                    && is_x86_feature_detected!("avx512vbmi2")
                    && Isa::Avx2.is_here()
            }
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => {
                is_x86_feature_detected!("avx2")
                    && is_x86_feature_detected!("bmi1")
                    && is_x86_feature_detected!("bmi2")
                    && is_x86_feature_detected!("lzcnt")
                    && is_x86_feature_detected!("popcnt")
            }
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => std::arch::is_aarch64_feature_detected!("neon"),
            Isa::Portable => true,
            #[allow(unreachable_patterns, reason = "other processors' sets")]
            _ => false,
        }
    }
}

/// An instruction set that was found to be there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Here(Isa);

impl Here {
    /// # Panics
    /// If this processor lacks it.
    pub(super) fn of(isa: Isa) -> Self {
        assert!(isa.is_here(), "the instruction set was detected before");
        Here(isa)
    }

    /// See [`blocks::masks`].
    pub(super) fn masks(self, text: &[u8], first: usize, stride: &mut Stride) {
        match self.0 {
            // SAFETY: the processor has the features, or there would be no `Here`.
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => unsafe { masks_avx512(text, first, stride) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => unsafe { masks_avx2(text, first, stride) },
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => blocks::masks(&neon::Neon::new(), text, first, stride),
            _ => blocks::masks(&Portable::new(), text, first, stride),
        }
    }

    /// See [`blocks::rows`].
    pub(super) fn rows(self, sight: &mut Sight) {
        match self.0 {
            // SAFETY: the processor has the features, or there would be no `Here`.
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => unsafe { rows_avx512(sight) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => unsafe { rows_avx2(sight) },
            _ => blocks::rows::<u64>(sight),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt")]
fn masks_avx512(text: &[u8], first: usize, stride: &mut Stride) {
    blocks::masks(&avx512::Avx512::new(), text, first, stride);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2,avx2,bmi1,bmi2,lzcnt,popcnt")]
fn rows_avx512(sight: &mut Sight) {
    blocks::rows::<avx512::Wide>(sight);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn masks_avx2(text: &[u8], first: usize, stride: &mut Stride) {
    blocks::masks(&avx2::Avx2::new(), text, first, stride);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn rows_avx2(sight: &mut Sight) {
    blocks::rows::<avx2::Half>(sight);
}

/// Has the processor fetch what comes a stride later: it does not foresee that well enough by itself.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn fetch(bytes: &Led) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

    /// Bytes.
    const AHEAD: usize = 4096;
    let ahead = bytes.as_ptr().wrapping_add(AHEAD);
    // SAFETY: a hint, which no address makes fail.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(ahead.cast()) };
}

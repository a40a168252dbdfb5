//! Where the tabs and line ends of a block stand, found 64 bytes at a time.

use wide::u8x16;

/// Tabs and line ends of a block.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// Places of tabs, as far as `count`; behind them is room.
    tabs: Vec<u32>,
    count: usize,
    /// Where each line ends, and how many tabs the block has up to there.
    lines: Vec<(u32, u32)>,
}

impl Marks {
    pub(crate) fn tabs(&self) -> &[u32] {
        &self.tabs[..self.count]
    }

    pub(crate) fn lines(&self) -> &[(u32, u32)] {
        &self.lines
    }

    /// Finds those of a block, which is at most some 32 MiB.
    pub(crate) fn find(&mut self, block: &[u8]) {
        self.count = 0;
        self.lines.clear();
        let (chunks, rest) = block.as_chunks::<64>();
        let mut at = 0;
        for chunk in chunks {
            self.chunk(chunk, at);
            at += 64;
        }
        let mut last = [0; 64];
        last[..rest.len()].copy_from_slice(rest);
        self.chunk(&last, at);
    }

    #[inline]
    fn chunk(&mut self, chunk: &[u8; 64], at: u32) {
        // Room for the tabs of this chunk, and for a whole chunk behind any of them.
        if self.tabs.len() < self.count + 128 {
            self.tabs.resize(2 * self.count + 4096, 0);
        }
        let (mut tabs, mut ends) = (mask(chunk, b'\t'), mask(chunk, b'\n'));
        while ends != 0 {
            let bit = ends & ends.wrapping_neg();
            // The tabs before the line end first.
            self.put(tabs & (bit - 1), at);
            tabs &= !(bit - 1);
            self.lines
                .push((at + ends.trailing_zeros(), self.count as u32));
            ends ^= bit;
        }
        self.put(tabs, at);
    }

    #[inline]
    fn put(&mut self, mut tabs: u64, at: u32) {
        let room = self.tabs.get_mut(self.count..);
        let Some(room) = room.and_then(|r| r.first_chunk_mut::<64>()) else {
            return;
        };
        self.count += tabs.count_ones() as usize;
        // Whole groups are written, what is too much is written over by the next: fewer branches than one at a time.
        let (groups, _) = room.as_chunks_mut::<8>();
        for group in groups {
            if tabs == 0 {
                break;
            }
            for place in group {
                // With a bit that is set the compiler needs no case for zero; the place is only used where the bit is a tab.
                *place = at.wrapping_add((tabs | 1 << 63).trailing_zeros());
                tabs &= tabs.wrapping_sub(1);
            }
        }
    }
}

/// A bit for each byte that is `byte`.
#[inline]
fn mask(chunk: &[u8; 64], byte: u8) -> u64 {
    let wanted = u8x16::splat(byte);
    let (parts, _) = chunk.as_chunks::<16>();
    parts.iter().rev().fold(0, |mask, part| {
        mask << 16 | u64::from(u8x16::new(*part).simd_eq(wanted).to_bitmask() as u16)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tab_and_line_end_of_a_long_block_is_found() {
        let mut marks = Marks::default();
        let mut x = 1u32;
        for (size, dense) in [
            (0, 2),
            (63, 2),
            (64, 2),
            (65, 3),
            (100_000, 2),
            (100_001, 3),
            (300_000, 90),
        ] {
            let block: Vec<u8> = (0..size)
                .map(|_| {
                    x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    *[b'\t', b'\n']
                        .get((x >> 16) as usize % dense)
                        .unwrap_or(&((x >> 8) as u8))
                })
                .collect();
            marks.find(&block);
            let (mut tabs, mut lines) = (vec![], vec![]);
            for (i, byte) in block.iter().enumerate() {
                match byte {
                    b'\t' => tabs.push(i as u32),
                    b'\n' => lines.push((i as u32, tabs.len() as u32)),
                    _ => {}
                }
            }
            assert_eq!(marks.tabs(), tabs);
            assert_eq!(marks.lines(), lines);
        }
        // Nothing but tabs, which need the most room.
        marks.find(&[b'\t'; 5000]);
        assert_eq!(marks.tabs().len(), 5000);
        assert_eq!(marks.tabs()[4999], 4999);
    }
}

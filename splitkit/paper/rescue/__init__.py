"""The reading of pages that no library reads: from a picture to soft bits, and from those to a share or an envelope.

    search, merge                  one picture; what several pictures show together
    landmarks, pages               where pages lie: by marks and finder patterns, or around a symbol that was found
    match, homography, warp        known features in the picture, the projection through them, how the paper is bent
    grid, softbits                 where each module of a symbol is, and how surely it is dark
    symbol, blocks, reedsolomon    the same by codewords, and blocks of codewords restored
    bitstream, share_decoding      what the bits can say at all; words, and the proof of a share
    model, codewords               what is known beforehand: features of a page, which module carries which bit
    pyramid, neighbourhood         a picture at several scales; sums over what lies around

Numbers that have no reason beside them were tuned on the tuning seeds of benchmarks/damage, never on its held-out ones;
its README has what they come to on pictures that were never seen before.
"""

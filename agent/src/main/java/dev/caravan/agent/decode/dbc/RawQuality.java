package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.signal.Quality;

/**
 * Raw values that say something of themselves.
 *
 * @param first 64 bits of a whole number, or of a double
 * @param last inclusive; of the same form
 * @param quality what they say
 */
public record RawQuality(long first, long last, Quality quality) {}

/** Configuration files as trees of {@link dev.caravan.agent.config.Node}: each value knows its path, its file, its line and its column. */
@NullMarked
package dev.caravan.agent.config;

import org.jspecify.annotations.NullMarked;

/**
 * Reads the messages of sensors that have a form of their own, by a table in YAML: which column, key, JSON path, group of
 * a regular expression or place in a binary frame is which quantity, in what unit, and what stands for "no value".
 */
@NullMarked
package dev.caravan.agent.decode.line;

import org.jspecify.annotations.NullMarked;

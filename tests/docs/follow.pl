#!/usr/bin/perl
# follow.pl DOCUMENT: follows a document word for word in the current folder. Each ```sh block is run
# by bash; the ```text block that follows must be what the block prints, line by line, where "…"
# in a line stands for any text and a line "…" for any lines. "```sh exit=2" must fail with that
# code, and what it says on stderr is compared too. "```c FILE" must be what is in FILE.
# SPDX-License-Identifier: GPL-3.0-or-later
use strict;
use warnings;
use Time::HiRes qw(time);

my ($document) = @ARGV;
my ($failed, $n, $total) = (0, 0, 0);

sub complain {
    my ($line, $what, @details) = @_;
    print "  FAILED: $document:$line: $what\n", map { "    $_\n" } @details;
    $failed++;
}

# Where the lines expected from $e on match the lines printed from $p on: true or false.
sub matches {
    my ($expected, $printed, $e, $p) = @_;
    for (; $e < @$expected; $e++, $p++) {
        if ($expected->[$e] eq '…') {
            for my $skip ($p .. @$printed) {
                return 1 if matches($expected, $printed, $e + 1, $skip);
            }
            return 0;
        }
        return 0 if $p >= @$printed;
        # "…" between spaces also stands for the wildcard's own character
        my $pattern = join '.*', map { quotemeta } split /…/, $expected->[$e], -1;
        return 0 if $printed->[$p] !~ /^$pattern$/;
    }
    return $p == @$printed;
}

sub slurp {
    open my $in, '<', $_[0] or return undef;
    local $/;
    return scalar <$in>;
}

my ($printed, $fence, $at, @block);
open my $in, '<', $document or die "$document: $!\n";
while (my $line = <$in>) {
    chomp $line;
    if (!defined $fence) {
        if ($line =~ /^```(.+)$/) {
            ($fence, $at, @block) = ($1, $. + 1);
        }
        next;
    }
    if ($line ne '```') {
        push @block, $line;
        next;
    }
    if ($fence =~ /^sh(?: exit=(\d+))?$/) {
        my $code = $1 // 0;
        my $began = time;
        open my $script, '>', ".block.$$" or die "$!\n";
        print $script join("\n", @block), "\n";
        close $script;
        my $out = `bash -euo pipefail .block.$$ 2>.err.$$ </dev/null`;
        my $got = $? >> 8;
        my $err = slurp(".err.$$");
        unlink ".block.$$", ".err.$$";
        complain($at, "exit code $got, not $code: $block[0]", split /\n/, $err) if $got != $code;
        $printed = [split /\n/, $out . ($code ? $err : '')];
        $n++;
        $total += time - $began;
        printf "  %6.1f s  %s\n", time - $began, $block[-1];
    } elsif ($fence eq 'text') {
        if (!$printed) {
            complain($at, 'shows what no command before it printed');
        } elsif (!matches(\@block, $printed, 0, 0)) {
            complain($at, 'is not what was printed:', @$printed);
        }
        $printed = undef;
    } elsif ($fence =~ /^c (\S+)$/) {
        complain($at, "is not what is in $1") if (slurp($1) // '') ne join("\n", @block, '');
    } else {
        complain($at, "```$fence: expected sh, text or c FILE");
    }
    $fence = undef;
}
complain($., 'the last block has no end') if defined $fence;
complain(1, 'no commands') if !$n;
printf "%s: %d blocks of commands in %.0f s, %s\n", $document, $n, $total, $failed ? "$failed FAILED" : 'as it says';
exit($failed ? 1 : 0);

#!/usr/bin/perl
# layout.pl FOLDER...: holds the layout of the sources against its two rules, from their #includes.
# The folders of src/ stand here in order, and a folder uses only those before it (or itself); no
# files include each other in a circle (a .c and its .h count as one). Says each breach; exit 1.
# SPDX-License-Identifier: GPL-3.0-or-later
use strict;
use warnings;

my @order = @ARGV;
my %rank = map { $order[$_] => $_ } 0 .. $#order;
my (%uses, $breaches);
for my $path (glob('src/*/*.[ch]')) {
    my ($from) = $path =~ m{^src/(.*)\.[ch]$};
    my ($folder) = split m{/}, $from;
    defined $rank{$folder} or $breaches .= "src/$folder: has no place in the order\n" and next;
    open(my $file, '<', $path) or die "$path: $!\n";
    while (<$file>) {
        my ($to) = m{^#include "(\w+/\w+)\.(?:h|def)"} or next;
        my ($other) = split m{/}, $to;
        $uses{$from}{$to} = 1 if $to ne $from;
        $breaches .= "$path:$.: $folder uses $other, which comes after it\n"
            if ($rank{$other} // -1) > $rank{$folder};
    }
}

# A circle: a file that is met again before the walk from it has ended.
my (%state, @walk);
sub walk {
    my ($file) = @_;
    $state{$file} = 'open';
    push @walk, $file;
    for my $next (sort keys %{ $uses{$file} || {} }) {
        if (($state{$next} // '') eq 'open') {
            my ($first) = grep { $walk[$_] eq $next } 0 .. $#walk;
            $breaches .= 'a circle: ' . join(' → ', @walk[$first .. $#walk], $next) . "\n";
        } elsif (!$state{$next}) {
            walk($next);
        }
    }
    pop @walk;
    $state{$file} = 'done';
}
walk($_) for grep { !$state{$_} } sort keys %uses;

print $breaches // "no breach\n";
exit($breaches ? 1 : 0);

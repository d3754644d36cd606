#!/usr/bin/perl
# Follows the ctr.log of one user's containers, with that user's rights, and hands their lines to the journal through
# standard output: `ctr.log`, container's id, name and unit, with tabs between, then the line as conmon writes it: time,
# stream, P or F, text, and a full stop, since journald takes away the blanks at the end of a line. Parts of a line are joined
# to pieces that journald takes whole (its LineMax= is 48K).
#   follow.pl LIST POSITIONS REPORT BYTES-A-SECOND
# LIST: the logs, which may change at any time: id, name, unit, path. POSITIONS: how far each was handed over.
# REPORT: what was left out or came late since the start, `what count` a line.
use strict;
use warnings;
use Fcntl qw(O_RDONLY O_NONBLOCK O_NOCTTY O_NOFOLLOW SEEK_SET);
use POSIX qw(strftime);

my ($list, $positions, $report, $rate) = @ARGV;
my ($piece, $longest_line, $block) = (32_768, 262_144, 16_384);    # Loki's max_line_size is 256K
my ($turns_a_second, $burst_seconds, $idle_seconds) = (4, 4, 120);
my $seek_data = 3;    # lseek(2)
my (%logs, %known, %left_out, %written, $stop);
my $out = '';

# A pipe in a file's place would make us wait, a link would lead to one.
sub open_file {
    my ($path) = @_;
    sysopen(my $file, $path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW) or return;
    return -f $file ? $file : undef;
}

sub slurp {
    my $file = open_file(@_) or return;
    my $text = '';
    1 while length $text < 4_194_304 && sysread $file, $text, 65_536, length $text;
    return $text;
}

sub replace {
    my ($path, $text) = @_;
    return if defined $written{$path} && $written{$path} eq $text;
    open my $file, '>', "$path.new" or return;
    $written{$path} = $text if print $file $text and close $file and rename "$path.new", $path;
}

sub hand_over {
    while (length $out) {
        my $count = syswrite STDOUT, $out, 65_536;
        if (defined $count) { substr $out, 0, $count, '' }
        else { $!{EINTR} or exit 1 }
    }
}

# The first byte of a log that is not handed over yet.
sub position {
    my ($log) = @_;
    my ($first) = sort { $a <=> $b } $log->{offset} - length $log->{rest}, map { $_->{at} } values %{ $log->{parts} };
    return $first;
}

sub save {
    hand_over();
    my %at = (%known, map { $_ => [$logs{$_}{id}, position($logs{$_})] } grep { $logs{$_}{file} } keys %logs);
    replace($positions, join '', map { "$at{$_}[0]\t$at{$_}[1]\t$_\n" } sort keys %at);
    replace($report, join '', map { sprintf "%s\t%d\n", $_, $left_out{$_} } sort keys %left_out);
}

sub read_list {
    my $text = slurp($list) // return;
    my %listed;
    for (split /\n/, $text) {
        my ($id, $name, $unit, $path) = split /\t/;
        next unless defined $path;
        $listed{$path} = 1;
        $logs{$path}{label} = join "\t", 'ctr.log', $id, $name, $unit;
    }
    delete @known{ grep { !$listed{$_} } keys %known };
    $logs{$_}{gone} = !$listed{$_} for keys %logs;
}

sub start_at {
    my ($log, $offset) = @_;
    sysseek $log->{file}, $offset, SEEK_SET;
    @$log{qw(offset rest parts)} = ($offset, '', {});
}

sub open_log {
    my ($path, $log) = @_;
    $log->{file} = open_file($path);
    if (!$log->{file}) { delete $logs{$path} if $log->{gone}; return }
    my ($device, $inode, $size) = (stat $log->{file})[0, 1, 7];
    $log->{id} = "$device:$inode";
    my ($id, $offset) = @{ delete $known{$path} // ['', 0] };
    start_at($log, $id eq $log->{id} && $offset <= $size ? $offset : 0);
}

sub put {
    my ($log, $part, $tag) = @_;
    $out .= "$log->{label}\t$part->{time} $part->{stream} $tag $part->{text}.\n";
    $part->{put} += length $part->{text};
    $part->{text} = '';
    hand_over() if length $out > 65_536;
}

sub add {
    my ($log, $at, $time, $stream, $tag, $text) = @_;
    my $part = $log->{parts}{$stream} //= { stream => $stream, text => '', put => 0 };
    @$part{qw(at time)} = ($at, $time) if $part->{text} eq '';
    my $room = $longest_line - $part->{put} - length $part->{text};
    if (length $text > $room) {
        $left_out{bytes_of_long_lines} += length($text) - $room;
        $text = substr $text, 0, $room;
    }
    if (length($part->{text}) + length $text > $piece) {
        put($log, $part, 'P');
        @$part{qw(at time)} = ($at, $time);
    }
    while (length $text > $piece) {
        my $end = $piece;
        # not in the middle of a letter
        for (1 .. 3) { $end-- if (ord(substr $text, $end, 1) & 0xC0) == 0x80 }
        $part->{text} = substr $text, 0, $end, '';
        put($log, $part, 'P');
    }
    $part->{text} .= $text;
    return if $tag eq 'P';
    put($log, $part, 'F');
    delete $log->{parts}{$stream};
}

sub add_line {
    my ($log, $at, $line) = @_;
    $line =~ tr/\0//d;
    if ($line =~ /^(\d{4}-\S+) (stdout|stderr) ([PF])(?::\S*)? (.*)/s) { add($log, $at, $1, $2, $3, $4) }
    elsif ($line ne '') {
        $left_out{lines_not_of_conmon}++;
        add($log, $at, strftime('%Y-%m-%dT%H:%M:%SZ', gmtime), 'stdout', 'F', $line);
    }
}

# Reads on: how many bytes there were.
sub read_on {
    my ($log) = @_;
    my $count = sysread $log->{file}, $log->{rest}, $block, length $log->{rest};
    return 0 unless $count;
    $log->{offset} += $count;
    if ($log->{rest} !~ /[^\0]/) {
        # a file may be a terabyte of nothing
        my $data = sysseek($log->{file}, $log->{offset}, $seek_data) || -s $log->{file};
        sysseek $log->{file}, $log->{offset} = $data, SEEK_SET;
        $log->{rest} = '';
        return $count;
    }
    my ($from, $end) = (0, 0);
    my $at = $log->{offset} - length $log->{rest};
    while (($end = index $log->{rest}, "\n", $from) >= 0) {
        add_line($log, $at + $from, substr $log->{rest}, $from, $end - $from);
        $from = $end + 1;
    }
    substr $log->{rest}, 0, $from, '';
    if (length $log->{rest} > 2 * $piece) { add_line($log, $at + $from, $log->{rest}); $log->{rest} = '' }
    return $count;
}

# At a log's end: whether its path is another file by now, or none. One that was cut short is read from its start.
sub moved {
    my ($path, $log) = @_;
    my ($device, $inode, $size) = (lstat $path)[0, 1, 7];
    return 1 if !defined $inode || "$device:$inode" ne $log->{id};
    start_at($log, 0) if $size < $log->{offset};
    return 0;
}

# What has no end yet will have none.
sub close_log {
    my ($path, $log) = @_;
    add_line($log, $log->{offset}, $log->{rest});
    put($log, $_, 'F') for values %{ $log->{parts} };
    delete $log->{file};
    delete $logs{$path} if $log->{gone};
}

sub follow {
    my ($path, $log) = @_;
    my $count = read_on($log);
    return $count if $count || !moved($path, $log);
    # what was written between that read and the move
    $count = read_on($log);
    close_log($path, $log) unless $count;
    return $count;
}

$SIG{TERM} = $SIG{INT} = sub { $stop = 1 };
for (split /\n/, slurp($positions) // '') {
    my ($id, $offset, $path) = split /\t/;
    $known{$path} = [$id, $offset] if defined $path && $offset =~ /^\d+$/;
}
my ($allowance, $idle, $turn) = (0, 0, 0);
while (!$stop && $idle < $idle_seconds * $turns_a_second) {
    read_list() if $turn++ % $turns_a_second == 0;
    $allowance += $rate / $turns_a_second;
    $allowance = $rate * $burst_seconds if $allowance > $rate * $burst_seconds;
    for my $path (keys %logs) { open_log($path, $logs{$path}) unless $logs{$path}{file} }
    my @ready = grep { $logs{$_}{file} } keys %logs;
    # in turns: a log without an end keeps no other one waiting
    while (@ready && $allowance > 0 && !$stop) {
        my %count = map { $_ => follow($_, $logs{$_}) } @ready;
        $allowance -= $_ for values %count;
        @ready = grep { $count{$_} } @ready;
    }
    $left_out{seconds_late} += 1 / $turns_a_second if @ready;
    save();
    $idle = %logs ? 0 : $idle + 1;
    select undef, undef, undef, 1 / $turns_a_second unless $stop;
}
save();

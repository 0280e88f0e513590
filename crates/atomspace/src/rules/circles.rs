//! Strongly connected components (Tarjan, *Depth-first search and linear graph algorithms*, 1972), without recursion.

/// The components of a graph given by its edges, each after all those that it leads to.
pub(crate) fn strongly_connected(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut search = Search {
        edges,
        number: vec![0; edges.len()],
        low: vec![0; edges.len()],
        on_stack: vec![false; edges.len()],
        stack: Vec::new(),
        next: 1,
        done: Vec::new(),
    };
    for node in 0..edges.len() {
        if search.number.get(node) == Some(&0) {
            search.visit(node);
        }
    }
    search.done
}

struct Search<'a> {
    edges: &'a [Vec<usize>],
    /// In which order nodes were met; 0 for not yet.
    number: Vec<usize>,
    low: Vec<usize>,
    on_stack: Vec<bool>,
    stack: Vec<usize>,
    next: usize,
    done: Vec<Vec<usize>>,
}

fn at<T: Copy + Default>(list: &[T], index: usize) -> T {
    list.get(index).copied().unwrap_or_default()
}

fn put<T>(list: &mut [T], index: usize, value: T) {
    if let Some(place) = list.get_mut(index) {
        *place = value;
    }
}

impl Search<'_> {
    fn enter(&mut self, node: usize) {
        put(&mut self.number, node, self.next);
        put(&mut self.low, node, self.next);
        put(&mut self.on_stack, node, true);
        self.stack.push(node);
        self.next += 1;
    }

    fn visit(&mut self, root: usize) {
        self.enter(root);
        let mut path: Vec<(usize, usize)> = vec![(root, 0)];
        while let Some((node, edge)) = path.last_mut() {
            let node = *node;
            let target = self.edges.get(node).and_then(|edges| edges.get(*edge)).copied();
            *edge += 1;
            match target {
                Some(target) if at(&self.number, target) == 0 => {
                    self.enter(target);
                    path.push((target, 0));
                }
                Some(target) if at(&self.on_stack, target) => {
                    let low = at(&self.low, node).min(at(&self.number, target));
                    put(&mut self.low, node, low);
                }
                Some(_) => {}
                None => {
                    path.pop();
                    self.leave(node, path.last().map(|(parent, _)| *parent));
                }
            }
        }
    }

    fn leave(&mut self, node: usize, parent: Option<usize>) {
        if let Some(parent) = parent {
            let low = at(&self.low, parent).min(at(&self.low, node));
            put(&mut self.low, parent, low);
        }
        if at(&self.low, node) != at(&self.number, node) {
            return;
        }
        let mut component = Vec::new();
        while let Some(member) = self.stack.pop() {
            put(&mut self.on_stack, member, false);
            component.push(member);
            if member == node {
                break;
            }
        }
        self.done.push(component);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_come_after_what_they_lead_to() {
        // 0 → 1 → 2 → 1, 2 → 3
        let edges = vec![vec![1], vec![2], vec![1, 3], vec![]];
        let mut components = strongly_connected(&edges);
        for component in &mut components {
            component.sort_unstable();
        }
        assert_eq!(components, vec![vec![3], vec![1, 2], vec![0]]);
    }

    #[test]
    fn a_long_chain_does_not_overflow_the_stack() {
        let edges: Vec<Vec<usize>> =
            (0..200_000).map(|node| if node == 199_999 { vec![] } else { vec![node + 1] }).collect();
        assert_eq!(strongly_connected(&edges).len(), 200_000);
    }
}
